"""`preau academy create` and `preau admin invite`, as an operator runs them on a database."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from preau import academies
from preau.errors import PreauError
from tests.support.database import Db, acting_as, clones, column, connect, one, rows, url, value
from tests.support.invitations import accept, confirmed
from tests.support.people import SERVICE, sign_up

__all__ = ["clones", "url"]

TOML = """
slug = "atelier-nord"
name = "Atelier Nord"
country = "FR"
currency = "EUR"
timezone = "Europe/Paris"
site_url = "https://atelier-nord.example"
sender_name = "Atelier Nord"
sender_email = "bonjour@atelier-nord.example"
allowed_return_hosts = ["atelier-nord.example"]
open_to_sign_up = true

[branding]
color = "#0f766e"

[settings]
invitation_days = 14

[[accounts]]
slug = "atelier-nord-stripe"
provider = "stripe"
secret_name = "STRIPE_ATELIER_NORD"
"""
Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def preau(url: str, tmp_path: Path) -> Cli:
    """Run a `preau` command on a database of the test's own."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "preau.cli", *arguments],
            env={"SUPABASE_DB_URL": url, "PREAU_HOME": str(tmp_path), "PATH": ""},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def sql(url: str) -> Db:
    return connect(url)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "atelier-nord.toml"
    path.write_text(TOML)
    return path


def test_mail_accounts_in_order_and_the_secrets_they_need(preau: Cli, sql: Db, file: Path) -> None:
    file.write_text(
        TOML
        + """
[[accounts]]
slug = "atelier-nord-smtp"
provider = "smtp"
secret_name = "SMTP_ATELIER_NORD"
priority = 2
settings = { host = "mail.atelier-nord.example", user = "atelier" }

[[accounts]]
slug = "atelier-nord-sendgrid"
provider = "sendgrid"
secret_name = "SENDGRID_ATELIER_NORD"
priority = 1
"""
    )
    done = preau("academy", "create", str(file))
    assert done.returncode == 0, done.stderr
    assert "SENDGRID_ATELIER_NORD_API_KEY and SENDGRID_ATELIER_NORD_WEBHOOK_KEY" in done.stdout
    assert "SMTP_ATELIER_NORD_PASSWORD" in done.stdout
    found = one(
        sql,
        "select private.mail_accounts(id) as accounts from public.academies"
        " where slug = 'atelier-nord'",
    )
    order = [account["slug"] for account in found["accounts"]]
    assert order == ["atelier-nord-sendgrid", "atelier-nord-smtp"]
    assert "unchanged" in preau("academy", "create", str(file)).stdout


def test_a_fourth_academy_works_at_once(preau: Cli, sql: Db, file: Path) -> None:
    done = preau("academy", "create", str(file))
    assert done.returncode == 0, done.stderr
    assert "Academy atelier-nord: created." in done.stdout
    assert "STRIPE_ATELIER_NORD_SECRET_KEY" in done.stdout
    assert "preau admin invite atelier-nord" in done.stdout
    made = one(sql, "select * from public.academies where slug = 'atelier-nord'")
    assert (made["name"], made["currency"], made["locale"]) == ("Atelier Nord", "EUR", "fr")
    assert made["branding"] == {"color": "#0f766e"}
    assert one(
        sql,
        "select slug, provider, mode, is_default from private.provider_accounts"
        " where academy_id = %s",
        made["id"],
    ) == {
        "slug": "atelier-nord-stripe",
        "provider": "stripe",
        "mode": "test",
        "is_default": True,
    }
    with acting_as(sql, sign_up(sql, "Lea")):
        joined = one(sql, "select * from public.join_academy('atelier-nord')")
    assert joined["academy_id"] == made["id"]


def test_the_same_file_again_changes_nothing(preau: Cli, sql: Db, file: Path) -> None:
    preau("academy", "create", str(file))
    before = rows(sql, "select * from public.academies")
    done = preau("academy", "create", str(file))
    assert (done.returncode, "unchanged" in done.stdout) == (0, True)
    assert rows(sql, "select * from public.academies") == before
    assert value(sql, "select count(*) from private.provider_accounts") == 4


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "Atelier Nord"\ncountry', 'name = "Atelier Sud"\ncountry', "differs in name"),
        ('slug = "atelier-nord"', 'slug = "mecaformation"', "another academy mecaformation"),
        ("STRIPE_ATELIER_NORD", "STRIPE_OTHER", "differs in secret_name"),
        ("atelier-nord-stripe", "aurora50-stripe", "another account aurora50-stripe"),
        ("atelier-nord-stripe", "atelier-nord-stripe-2", "another default account"),
    ],
)
def test_a_taken_slug_with_other_data_is_refused_and_nothing_changes(
    preau: Cli, sql: Db, file: Path, old: str, new: str, said: str
) -> None:
    preau("academy", "create", str(file))
    query = "select a::text, p::text from public.academies as a, private.provider_accounts as p"
    before = rows(sql, query + " order by 1, 2")
    file.write_text(TOML.replace(old, new))
    done = preau("academy", "create", str(file))
    assert done.returncode == 1
    assert said in done.stderr
    assert "→" in done.stderr
    assert rows(sql, query + " order by 1, 2") == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('slug = "atelier-nord"', 'slug = "Atelier Nord"', "slug:"),
        ('country = "FR"', "", "country: Field required"),
        ("Europe/Paris", "Paris", "timezone: is no time zone"),
        ('currency = "EUR"', 'currency = "euro"', "currency:"),
        ('currency = "EUR"', 'currency = "EUR"\nprice = 1', "price: Extra inputs"),
        ("bonjour@atelier-nord.example", "bonjour", "sender_email:"),
        ('provider = "stripe"', 'provider = "paypal"', "accounts.0.provider:"),
        ("STRIPE_ATELIER_NORD", "sk_live_abc", "accounts.0.secret_name:"),
        ("slug", "slug slug", "is not TOML"),
    ],
)
def test_a_file_that_is_wrong_says_where(file: Path, old: str, new: str, said: str) -> None:
    file.write_text(TOML.replace(old, new, 1))
    with pytest.raises(PreauError) as caught:
        academies.read(file)
    assert said in caught.value.message
    assert caught.value.hint


def test_a_file_that_is_not_there_is_a_sentence(preau: Cli, tmp_path: Path) -> None:
    done = preau("academy", "create", str(tmp_path / "nothing.toml"))
    assert done.returncode == 1
    assert "cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_file_of_the_help_makes_an_academy(tmp_path: Path) -> None:
    from preau.cli.academies import create

    text = (create.__doc__ or "").partition(", with\n")[2].partition("    Also locale")[0]
    (tmp_path / "help.toml").write_text(text)
    assert academies.read(tmp_path / "help.toml").slug == "atelier-nord"


def test_the_first_admin_comes_by_the_link_that_is_printed(preau: Cli, sql: Db, file: Path) -> None:
    preau("academy", "create", str(file))
    done = preau("admin", "invite", "atelier-nord", "Ines@Example.org")
    assert done.returncode == 0, done.stderr
    link = done.stdout.splitlines()[-1]
    assert link.startswith("https://atelier-nord.example/invitation#token=")
    mail = value(sql, "select id from public.email_messages where template = 'invitation'")
    with acting_as(sql, SERVICE):
        due = value(sql, "select worker.email_to_send(%s)", mail)
    assert (due["to"]["email"], due["data"]["invitation_url"]) == ("ines@example.org", link)
    ines = confirmed(sql, "Ines")
    accept(sql, ines, link.partition("#token=")[2])
    with acting_as(sql, ines):
        academy = value(sql, "select private.my_admin_academies()")
    assert academy == column(sql, "select id from public.academies where slug = 'atelier-nord'")


def test_inviting_again_replaces_the_link(preau: Cli, sql: Db) -> None:
    links = [
        preau("admin", "invite", "aurora50", "ines@example.org").stdout.splitlines()[-1]
        for _ in range(2)
    ]
    assert links[0] != links[1]
    assert column(
        sql,
        "select private.invitation_url(id) from private.invitations where revoked_at is null",
    ) == [links[1]]


@pytest.mark.parametrize(
    ("academy", "email", "said"),
    [
        ("nowhere", "ines@example.org", "There are: aurora50, mecaformation, nexus-reussite."),
        ("aurora50", "ines", "ines is no e-mail address."),
        ("aurora50", "ines@nexus.local", "is no e-mail address."),
    ],
)
def test_what_cannot_be_is_said_with_what_to_do(
    preau: Cli, sql: Db, academy: str, email: str, said: str
) -> None:
    done = preau("admin", "invite", academy, email)
    assert done.returncode == 1
    assert said in done.stderr
    assert "→" in done.stderr
    assert rows(sql, "select from private.invitations") == []


def test_no_database_is_a_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "preau.cli", "admin", "invite", "a", "b@example.org"],
        env={"SUPABASE_DB_URL": "postgresql://postgres@127.0.0.1:9/postgres", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "No connection to the database" in done.stderr
    assert "preau up" in done.stderr
