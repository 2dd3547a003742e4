"""`preau doctor --production`: nothing to say of a good deployment; each broken one is named."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from unittest import mock

import psycopg
import pytest
import typer
from typer.testing import CliRunner, Result

from preau.cli import look
from preau.local import keys
from preau.production.examine import examine
from preau.production.finding import Finding
from preau.production.target import Target
from tests.support.deployment import PUBLISHABLE, SECRET, Deployment

IN_TRIAL = {"accounts in test mode"}  # the stand-in for Stripe takes no other


def problems(findings: list[Finding]) -> dict[str, str]:
    """What is wrong, by its name, with what was said of it."""
    assert all(found.todo for found in findings if not found.ok)
    return {found.subject: found.detail for found in findings if found.level == "problem"}


def warnings(findings: list[Finding]) -> set[str]:
    return {found.subject for found in findings if found.level == "warning"}


@contextmanager
def altered(deployment: Deployment, change: str, undo: str) -> Iterator[None]:
    """The database, changed while the block lasts."""
    with psycopg.connect(deployment.admin_url, autocommit=True) as db:
        db.execute(change.encode())
        try:
            yield
        finally:
            db.execute(undo.encode())


def test_a_good_deployment_has_no_problem(deployment: Deployment) -> None:
    findings = examine(deployment.target())
    assert problems(findings) == {}
    assert warnings(findings) == IN_TRIAL
    assert len(findings) > 40


ENVIRONMENTS: dict[str, tuple[dict[str, str | None], str]] = {
    "publishable key in the secret's place": (
        {"SUPABASE_SECRET_KEY": PUBLISHABLE},
        "SUPABASE_SECRET_KEY",
    ),
    "secret key in the publishable's place": (
        {"SUPABASE_PUBLISHABLE_KEY": SECRET},
        "SUPABASE_PUBLISHABLE_KEY",
    ),
    "secret key of another project": (
        {"SUPABASE_SECRET_KEY": "sb_secret_other"},
        "schema worker",
    ),
    "secret key in a page": ({"NEXT_PUBLIC_ADMIN_KEY": SECRET}, "keys in browsers"),
    "Stripe's key in a page": ({"VITE_PAY": "rk_live_1"}, "keys in browsers"),
    "a local stack's keys": ({"SUPABASE_ANON_KEY": keys.ANON_JWT}, "local keys"),
    "the switch of kill tests": ({"PREAU_CRASH_AT": "emails.claimed"}, "local switches"),
    "the database's first password": (
        {"SUPABASE_DB_URL": "postgresql://postgres:postgres@db.example/postgres"},
        "database password",
    ),
    "the transaction pooler": (
        {"SUPABASE_DB_URL": "postgresql://p:own@pooler.example:6543/postgres"},
        "database address",
    ),
    "no webhook secret": (
        {"STRIPE_AURORA50_WEBHOOK_SECRET": None},
        "webhook secret of aurora50-stripe",
    ),
    "no key of an account": ({"STRIPE_AURORA50_SECRET_KEY": None}, "key of aurora50-stripe"),
    "Stripe's publishable key": (
        {"STRIPE_AURORA50_SECRET_KEY": "pk_test_1"},
        "key of aurora50-stripe",
    ),
    "a key that Stripe refuses": (
        {"STRIPE_AURORA50_SECRET_KEY": "sk_test_gone"},
        "webhook of aurora50-stripe",
    ),
    "functions that are away": (
        {"PREAU_FUNCTIONS_URL": "http://127.0.0.1:9"},
        "functions service",
    ),
    "mails to the log": ({"MAIL_PROVIDER": "console"}, "mail"),
    "no mail server": ({"SMTP_HOST": None}, "mail"),
    "mails in the clear": ({"SMTP_HOST": "smtp.example"}, "mail transport"),
    "mails of a trial": ({"MAIL_REDIRECT_TO": "me@example.org"}, "mail trial"),
    "a project that is away": ({"SUPABASE_URL": "http://127.0.0.1:9"}, "project"),
    "no project": ({"SUPABASE_URL": None}, "settings"),
}


@pytest.mark.parametrize(("env", "name"), ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_a_setting_that_is_wrong_is_named_and_nothing_else(
    deployment: Deployment, env: Mapping[str, str | None], name: str
) -> None:
    assert set(problems(examine(deployment.target(env)))) == {name}


DATABASES = {
    "worker for everybody": (
        (
            "grant usage on schema worker, private to anon;"
            " grant execute on function worker.queue_depths, private.queue_depths to anon"
        ),
        (
            "revoke usage on schema worker from anon;"
            " revoke execute on function worker.queue_depths, private.queue_depths from anon"
        ),
        "schema worker",
    ),
    "a migration not applied": (
        "delete from supabase_migrations.schema_migrations where version = '20261121033500'",
        "insert into supabase_migrations.schema_migrations (version) values ('20261121033500')",
        "migrations",
    ),
    "a newer database": (
        "insert into supabase_migrations.schema_migrations (version) values ('20991231000000')",
        "delete from supabase_migrations.schema_migrations where version = '20991231000000'",
        "migrations",
    ),
    "a table without policies": (
        "create table public.forgotten (id int)",
        "drop table public.forgotten",
        "row level security",
    ),
    "a table that Realtime should not tell of": (
        "alter publication supabase_realtime add table public.orders",
        "alter publication supabase_realtime drop table public.orders",
        "row changes over Realtime",
    ),
    "a clock that stopped": (
        (
            "update cron.job_run_details set start_time = start_time - interval '1 hour'"
            " where jobid = (select jobid from cron.job where jobname = 'housekeep')"
        ),
        (
            "update cron.job_run_details set start_time = start_time + interval '1 hour'"
            " where jobid = (select jobid from cron.job where jobname = 'housekeep')"
        ),
        "pg_cron housekeep",
    ),
    "a job that fails": (
        (
            "insert into cron.job_run_details (jobid, status, return_message, start_time)"
            " select jobid, 'failed', 'no', now() from cron.job where jobname = 'purge-invitations'"
        ),
        "delete from cron.job_run_details where status = 'failed'",
        "pg_cron purge-invitations",
    ),
    "a job that is switched off": (
        "update cron.job set active = false where jobname = 'housekeep'",
        "update cron.job set active = true where jobname = 'housekeep'",
        "pg_cron housekeep",
    ),
    "a queue that nobody works": (
        (
            "insert into pgmq.q_emails (vt, message, enqueued_at)"
            " values (now(), '{}', now() - interval '20 minutes')"
        ),
        "delete from pgmq.q_emails where message = '{}'",
        "queues",
    ),
    "a dead letter": (
        (
            "insert into private.dead_letters (queue, msg_id, payload, read_ct, code, message,"
            " enqueued_at) values ('emails', 1, '{}', 12, 'a', 'b', now())"
        ),
        "delete from private.dead_letters where code = 'a'",
        "dead letters",
    ),
    "buyers sent to localhost": (
        "update public.academies set allowed_return_hosts = '{localhost}' where slug = 'aurora50'",
        (
            "update public.academies set allowed_return_hosts = '{aurora50.example}'"
            " where slug = 'aurora50'"
        ),
        "return hosts of aurora50",
    ),
    "mails that lead to localhost": (
        "update public.academies set site_url = 'http://localhost:3000' where slug = 'aurora50'",
        "update public.academies set site_url = 'https://aurora50.example' where slug = 'aurora50'",
        "site of aurora50",
    ),
    "a SendGrid account without its key": (
        (
            "insert into private.provider_accounts (academy_id, slug, provider, mode, secret_name)"
            " select id, 'aurora50-sendgrid', 'sendgrid', 'live', 'SENDGRID_AURORA50'"
            " from public.academies where slug = 'aurora50'"
        ),
        "delete from private.provider_accounts where slug = 'aurora50-sendgrid'",
        "key of aurora50-sendgrid",
    ),
    "a live account with a test key": (
        "update private.provider_accounts set mode = 'live' where slug = 'aurora50-stripe'",
        "update private.provider_accounts set mode = 'test' where slug = 'aurora50-stripe'",
        "key of aurora50-stripe",
    ),
}


@pytest.mark.parametrize(("change", "undo", "name"), DATABASES.values(), ids=DATABASES)
def test_a_database_that_is_wrong_is_named_and_nothing_else(
    deployment: Deployment, change: str, undo: str, name: str
) -> None:
    with altered(deployment, change, undo):
        assert set(problems(examine(deployment.target()))) == {name}


WEIGHED: dict[str, tuple[dict[str, str | None], str]] = {
    "pages shown as text": ({"FUNCTIONS_URL": None}, "mail pages"),
    "a legacy key": ({"SUPABASE_ANON_KEY": "e30.eyJyb2xlIjoiYW5vbiJ9.c2ln"}, "legacy keys"),
    "no token to see Auth": ({"SUPABASE_ACCESS_TOKEN": None}, "auth mails"),
}


@pytest.mark.parametrize(("env", "name"), WEIGHED.values(), ids=WEIGHED)
def test_what_is_to_be_weighed_is_a_warning(
    deployment: Deployment, env: Mapping[str, str | None], name: str
) -> None:
    findings = examine(deployment.target(env))
    assert problems(findings) == {}
    assert warnings(findings) == IN_TRIAL | {name}


def test_staff_without_a_second_factor_is_a_warning(deployment: Deployment) -> None:
    change = "update public.academies set settings = settings {} where slug = 'aurora50'"
    off = change.format("- 'staff_needs_aal2'")
    on = change.format("|| jsonb_build_object('staff_needs_aal2', true)")
    with altered(deployment, off, on):
        findings = examine(deployment.target())
    assert warnings(findings) == IN_TRIAL | {"second factor of aurora50"}


def test_functions_of_another_version_are_named(deployment: Deployment) -> None:
    target = Target(deployment.target().env, deployment.target().migrations, "9.9.9")
    assert set(problems(examine(target))) == {"functions version"}


def test_the_command_ends_with_one_and_says_what_to_do(deployment: Deployment) -> None:
    done = _doctor(deployment.env | {"MAIL_PROVIDER": "console"})
    assert done.exit_code == 1
    assert "→ Set MAIL_PROVIDER=smtp" in done.stdout
    assert "1 to put right." in done.stderr


def test_the_command_speaks_to_programs(deployment: Deployment) -> None:
    done = _doctor(deployment.env, "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["problems"]) == (0, 0)
    assert {row["level"] for row in told["findings"]} == {"ok", "warning"}


def _doctor(env: Mapping[str, str], *words: str) -> Result:
    """Run the command as whoever deploys does, with these variables and no `.env`."""
    app = typer.Typer()
    look.register(app)
    with mock.patch.dict(os.environ, env, clear=True):
        return CliRunner().invoke(app, ["doctor", "--production", *words])
