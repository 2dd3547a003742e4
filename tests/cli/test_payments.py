"""`preau payments`, as an operator runs it, over the gateway."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import typer
from typer.testing import CliRunner, Result

from preau.cli import payments
from preau.cli.console import out
from preau.errors import PreauError
from tests.support.database import Db, connect, one, rows, value
from tests.support.people import MECA
from tests.support.stack import Stack


@pytest.fixture
def preau(stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """The commands, for the deployment that the environment names."""
    for name, text in {
        "SUPABASE_URL": stack.url,
        "SUPABASE_SECRET_KEY": stack.secret_key,
        "PREAU_HOME": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, text)
    app = typer.Typer()
    payments.register(app)
    app.command("other")(lambda: None)
    return app


@pytest.fixture
def db(stack: Stack) -> Iterator[Db]:
    with connect(stack.db_url) as found:
        yield found


@pytest.fixture
def account(db: Db) -> dict[str, Any]:
    """A Stripe account that nobody else compares."""
    return one(
        db,
        "insert into private.provider_accounts"
        " (academy_id, slug, provider, secret_name, is_default)"
        " values (%s, %s, 'stripe', 'STRIPE', false) returning id, slug",
        *(MECA, f"cli-{uuid4().hex[:12]}"),
    )


def run(app: typer.Typer, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["payments", *arguments], catch_exceptions=False)


def differ(db: Db, account: dict[str, Any], *, resolved: bool = False) -> int:
    made: int = value(
        db,
        "insert into private.reconciliation_differences (academy_id, provider_account_id, day,"
        " object, kind, provider_id, provider_says, we_say, resolved_at)"
        " values (%s, %s, '2026-11-20', 'refund', 'amount', %s, '600', '500',"
        " case when %s then timestamptz '2026-11-21 03:30Z' end) returning id",
        *(MECA, account["id"], f"re_{uuid4().hex[:6]}", resolved),
    )
    return made


def test_no_difference_says_so(preau: typer.Typer, account: dict[str, Any]) -> None:
    assert "preau payments runs" in run(preau, "differences", "-a", account["slug"]).stdout


def test_open_differences_are_listed_and_resolved_ones_if_asked_for(
    preau: typer.Typer, db: Db, account: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(out, "width", 200)
    opened, resolved = differ(db, account), differ(db, account, resolved=True)
    told = run(preau, "differences", "-a", account["slug"]).stdout.splitlines()
    assert len(told) == 2
    [line] = [line.split() for line in told if line.startswith(str(opened))]
    assert line[1:5] == [account["slug"], "2026-11-20", "refund", "amount"]
    assert line[6:] == ["600", "500", "open"]
    everything = run(preau, "differences", "-a", account["slug"], "--all").stdout
    assert "resolved 2026-11-21" in everything
    asked = run(preau, "differences", "-a", account["slug"], "--all", "--json").stdout
    assert [row["id"] for row in json.loads(asked)] == [opened, resolved]


def test_a_long_list_has_pages(preau: typer.Typer, db: Db, account: dict[str, Any]) -> None:
    ids = [differ(db, account) for _ in range(3)]
    shown = run(preau, "differences", "-a", account["slug"], "-n", "2").stdout
    assert f"--after {ids[1]}" in shown
    rest = run(preau, "differences", "-a", account["slug"], "--after", str(ids[1]), "--json")
    assert [row["id"] for row in json.loads(rest.stdout)] == ids[2:]


def test_reconcile_queues_yesterday_or_the_days_asked_for(
    preau: typer.Typer, db: Db, account: dict[str, Any]
) -> None:
    def days() -> list[str]:
        found = rows(
            db,
            "select day::text from private.reconciliations where provider_account_id = %s"
            " order by day",
            account["id"],
        )
        return [row["day"] for row in found]

    told = run(preau, "reconcile", "-a", account["slug"]).stdout
    assert "1 day of 1 account: 1 run in the queue reconciliations." in told
    assert days() == [str((datetime.now(UTC) - timedelta(days=1)).date())]
    asked = run(preau, "reconcile", "-a", account["slug"], "--day", "2026-10-02", "--days", "3")
    assert "3 days of 1 account: 3 runs" in asked.stdout
    assert days()[:3] == ["2026-09-30", "2026-10-01", "2026-10-02"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["reconcile", "--day", "yesterday"], "day_invalid"),
        (["reconcile", "--account", "nobody"], "account_not_found"),
        (["differences", "--account", "nobody"], "account_not_found"),
        (["runs", "--account", "nobody"], "account_not_found"),
    ],
)
def test_what_is_not_a_day_or_an_account_is_refused(
    preau: typer.Typer, arguments: list[str], code: str
) -> None:
    with pytest.raises(PreauError) as refused:
        run(preau, *arguments)
    assert refused.value.code == code


def test_runs_are_listed_with_what_came_of_them(
    preau: typer.Typer, db: Db, account: dict[str, Any]
) -> None:
    assert "Nothing was compared yet." in run(preau, "runs", "-a", account["slug"]).stdout
    run(preau, "reconcile", "-a", account["slug"], "--day", "2026-10-02", "--days", "2")
    db.execute(
        "update private.reconciliations set finished_at = '2026-11-21 03:30Z', listed = 57,"
        " differing = 3, appeared = 2, resolved = 1"
        " where provider_account_id = %s and day = '2026-10-01'",
        [account["id"]],
    )
    told = run(preau, "runs", "-a", account["slug"]).stdout.splitlines()
    shown = [line.split()[1:] for line in told[1:]]
    assert shown == [
        ["2026-10-02", "not", "yet", *("–",) * 4],
        ["2026-10-01", "2026-11-21", "03:30", "57", "3", "2", "1"],
    ]
    asked = run(preau, "runs", "-a", account["slug"], "-n", "1", "--json").stdout
    assert [row["day"] for row in json.loads(asked)] == ["2026-10-02"]


def test_only_a_refund_whose_job_died_is_given_up(preau: typer.Typer) -> None:
    refund = str(uuid4())
    asked = CliRunner().invoke(preau, ["payments", "give-up", refund], input="n\n")
    assert asked.exit_code == 1
    with pytest.raises(PreauError) as unknown:
        run(preau, "give-up", refund, "--yes")
    assert unknown.value.code == "refund_not_found"
