"""`preau payments`: where the provider and our books differ, and having days compared."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.table import Table

from preau.cli import service
from preau.cli.console import HomeOption, out
from preau.errors import PreauError
from preau.local.paths import Home

AccountOption = Annotated[
    str | None, typer.Option("--account", "-a", help="Only this provider account, by its slug.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="For programs.")]


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(
        name="payments",
        help="See where the payment provider and our books differ; end stuck refunds.\n\n"
        "Example: `preau payments differences`, `preau payments reconcile --days 7`",
        no_args_is_help=True,
    )
    group.command()(differences)
    group.command()(runs)
    group.command()(reconcile)
    group.command("give-up")(give_up)
    app.add_typer(group)


def differences(
    account: AccountOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Those that were resolved as well.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="How many.")] = 100,
    after: Annotated[
        int | None, typer.Option("--after", help="The last id of the page before.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what differs between the provider and our books, oldest first.

    Example: `preau payments differences --account mecaformation-stripe`
    """
    rows: list[dict[str, Any]] = service.call(
        Home.find(home),
        "reconciliation_differences",
        account=account,
        is_open=not everything,
        after_id=after,
        most=limit,
    )
    if as_json:
        out.print_json(json.dumps(rows))
        return
    if not rows:
        out.print("No difference is known.")
        out.print("→ Which days were compared: preau payments runs")
        return
    table = Table(box=None, pad_edge=False)
    for title in ("id", "account", "day", "what", "provider's id", "provider", "we", "state"):
        table.add_column(title, no_wrap=title in {"id", "day"}, overflow="fold")
    for row in rows:
        state = f"resolved {row['resolved_at'][:10]}" if row["resolved_at"] else "open"
        what = f"{row['object']} {row['kind']}"
        told = (row["provider_id"] or "–", row["provider_says"] or "–", row["we_say"] or "–")
        cells = (row["id"], row["account"], row["day"], what, *told, state)
        table.add_row(*(str(cell).replace("[", r"\[") for cell in cells))
    out.print(table)
    if len(rows) == limit:
        out.print(f"→ There may be more: --after {rows[-1]['id']}")


def runs(
    account: AccountOption = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="How many.")] = 20,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List which days were compared or wait to be, and what came of it, newest first.

    Example: `preau payments runs --limit 50`
    """
    found = service.call(Home.find(home), "reconciliations", account=account, most=limit)
    if as_json:
        out.print_json(json.dumps(found))
        return
    if not found:
        out.print("Nothing was compared yet.")
        return
    table = Table("account", "day", "finished", box=None, pad_edge=False)
    results = ("listed", "differing", "appeared", "resolved")
    for title in results:
        table.add_column("new" if title == "appeared" else title, justify="right")
    for run in found:
        finished = (run["finished_at"] or "not yet")[:16]
        cells = ("–" if run[name] is None else str(run[name]) for name in results)
        table.add_row(run["account"], run["day"], finished.replace("T", " "), *cells)
    out.print(table)


def reconcile(
    account: AccountOption = None,
    day: Annotated[
        str | None, typer.Option("--day", help="The last day, as 2026-11-20 (UTC); yesterday.")
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=400, help="How many days.")] = 1,
    home: HomeOption = None,
) -> None:
    """Have days compared now, without waiting for the night.

    Example: `preau payments reconcile --account mecaformation-stripe --day 2026-11-20 --days 7`
    """
    last = _day(day)
    asked = service.call(
        Home.find(home),
        "request_reconciliations",
        account=account,
        first_day=(last - timedelta(days=days - 1)).date().isoformat(),
        last_day=last.date().isoformat(),
    )
    if not asked:
        out.print("There is no Stripe account.")
        return
    accounts = len({run["account"] for run in asked})
    out.print(
        f"{_count(days, 'day')} of {_count(accounts, 'account')}: {_count(len(asked), 'run')} "
        "in the queue reconciliations."
    )
    out.print("→ What was found: preau payments differences")


def give_up(
    refund: Annotated[UUID, typer.Argument(help="Its id, as `preau jobs show` has it.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    home: HomeOption = None,
) -> None:
    """Give a pending refund up whose job died: it fails, and its amount may be refunded anew.

    Look in the provider's own pages first: what it has made there is made.

    Example: `preau payments give-up 0b7cf4f4-58c4-4c55-9d5c-7b1f0f8a2b11`
    """
    if not yes:
        typer.confirm(f"Does the provider show no refund {refund}? It fails then.", abort=True)
    service.call(Home.find(home), "give_up_refund", refund_id=str(refund))
    out.print(f"Refund {refund} is given up; the academy's admins get a mail.")


def _day(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC) - timedelta(days=1)
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise PreauError(
            "day_invalid", f"{text} is not a day.", "Write it as 2026-11-20."
        ) from None


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
