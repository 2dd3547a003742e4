"""`preau jobs`: what waits in the queues, what died there and why, and putting it back."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.table import Table

from preau.cli import service
from preau.cli.console import HomeOption, out
from preau.errors import PreauError
from preau.local.paths import Home

BULK = 10_000  # what one call replays or purges at most
QueueArgument = Annotated[str, typer.Argument(help="The queue, for example emails.")]
IdsOption = Annotated[
    list[int] | None, typer.Option("--id", help="Only this dead letter; may be repeated.")
]
CodeOption = Annotated[
    str | None, typer.Option("--code", help="Only those that died of this code.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="For programs.")]


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    jobs = typer.Typer(
        name="jobs",
        help="Look into queues and dead letters, and put jobs back.\n\n"
        "Example: `preau jobs list`, `preau jobs dead emails`, `preau jobs replay emails`",
        no_args_is_help=True,
    )
    jobs.command("list")(list_queues)
    for command in (dead, show, replay, purge):
        jobs.command()(command)
    app.add_typer(jobs)


def list_queues(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List the queues: what is ready, in flight, waiting for a retry, not due yet, dead.

    Example: `preau jobs list --json`
    """
    rows = service.queues(Home.find(home))
    if as_json:
        out.print_json(json.dumps(rows))
        return
    if not rows:
        out.print("There are no queues: the migrations are not applied.")
        return
    out.print(queues_table(rows))
    if not any(row["depth"] or row["delayed"] or row["dead"] for row in rows):
        out.print("Nothing waits and nothing died.")
    elif any(row["dead"] for row in rows):
        out.print("→ Why they died: preau jobs dead")


def queues_table(
    rows: list[dict[str, Any]], more: Mapping[str, Sequence[str]] | None = None
) -> Table:
    """Return the queues as a table; `more` has further columns, a cell for each queue."""
    more = more or {}
    table = Table("queue", box=None, pad_edge=False)
    for name in ("priority", "ready", "in flight", "retrying", "delayed", "oldest", "dead", *more):
        table.add_column(name, justify="right")
    for number, row in enumerate(rows):
        counts = (str(row[name]) for name in ("ready", "in_flight", "retrying", "delayed"))
        died = f"[red]{row['dead']}[/]" if row["dead"] else "0"
        table.add_row(
            row["queue"],
            str(row["priority"]),
            *counts,
            service.age(row["oldest_seconds"]),
            died,
            *(cells[number] for cells in more.values()),
        )
    return table


def dead(
    queue: Annotated[str | None, typer.Argument(help="One queue; all if none is named.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=500, help="How many.")] = 50,
    after: Annotated[
        int | None, typer.Option("--after", help="The last id of the page before.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List dead letters, newest first.

    Example: `preau jobs dead emails --limit 20`
    """
    place = Home.find(home)
    if queue is not None:
        service.queue(place, queue)
    rows = service.call(place, "dead_letters", queue=queue, after_id=after, most=limit)
    if as_json:
        out.print_json(json.dumps(rows))
        return
    if not rows:
        older = " older than that" if after else ""
        out.print(f"There are no dead letters{f' in {queue}' if queue else ''}{older}.")
        return
    table = Table("id", "queue", "tries", "died", "code", "message", box=None, pad_edge=False)
    for row in rows:
        message = row["message"].splitlines()[0][:80] if row["message"] else ""
        values = [row["id"], row["queue"], row["attempts"], row["died_at"][:19], row["code"]]
        table.add_row(*map(_plain, [*values, message]))
    out.print(table)
    if len(rows) == limit:
        out.print(f"→ There may be more: --after {rows[-1]['id']}")
    out.print("→ The whole story of one: preau jobs show ID", markup=False)


def show(
    letter: Annotated[int, typer.Argument(metavar="ID", help="The dead letter's id.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one dead letter: its payload, and why each try failed.

    Example: `preau jobs show 17`
    """
    found = service.call(Home.find(home), "dead_letter", id=letter)
    if not found:
        raise PreauError(
            "no_such_letter",
            f"There is no dead letter {letter}.",
            "It was replayed or purged; `preau jobs dead` lists those there are.",
        )
    if as_json:
        out.print_json(json.dumps(found))
        return
    for name in ("id", "queue", "msg_id", "attempts", "enqueued_at", "died_at", "code", "message"):
        out.print(f"{name:<12} {found[name]}", markup=False)
    out.print(f"{'payload':<12} {json.dumps(found['payload'])}", markup=False)
    for told in found["story"]:
        worker = f" ({told['worker']})" if told["worker"] else ""
        when = told["failed_at"][:19]
        out.print(
            f"  try {told['attempt']:<3} {when}{worker} {told['code']}: {told['message']}",
            markup=False,
        )
    out.print(f"→ Try it again: preau jobs replay {found['queue']} --id {letter}", markup=False)


def replay(
    queue: QueueArgument,
    ids: IdsOption = None,
    code: CodeOption = None,
    home: HomeOption = None,
) -> None:
    """Queue dead letters again, with all their tries before them: all of the queue, or some.

    Example: `preau jobs replay emails --code smtp_refused`
    """
    place = Home.find(home)
    count = _in_bulk(place, "replay_dead_letters", queue, ids, code)
    if count:
        out.print(f"{count} {'job is' if count == 1 else 'jobs are'} queued again in {queue}.")
    else:
        out.print(f"There was nothing to replay in {queue}.")


def purge(
    queue: QueueArgument,
    ids: IdsOption = None,
    code: CodeOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    home: HomeOption = None,
) -> None:
    """Drop dead letters for good: all of the queue, or some.

    Example: `preau jobs purge emails --id 17 --yes`
    """
    place = Home.find(home)
    known = service.queue(place, queue)
    if not known["dead"]:
        out.print(f"There are no dead letters in {queue}.")
        return
    if not yes:
        if not _somebody_is_there():
            raise PreauError(
                "not_confirmed", "Nobody is there to confirm it.", "Add --yes to drop them."
            )
        meant = f"{len(ids)} of the" if ids else f"those with {code} of the" if code else "all"
        question = f"Drop {meant} {known['dead']} dead letters of {queue}? They are gone then."
        typer.confirm(question, abort=True)
    count = _in_bulk(place, "purge_dead_letters", queue, ids, code)
    out.print(f"{count} dead {'letter is' if count == 1 else 'letters are'} gone from {queue}.")


def _in_bulk(
    place: Home, function: str, queue: str, ids: list[int] | None, code: str | None
) -> int:
    """Do it to all that are meant; what dies meanwhile is left, so that the end is reached."""
    service.queue(place, queue)
    newest = service.call(place, "dead_letters", queue=queue, most=1)
    if not newest:
        return 0
    meant = {"queue": queue, "ids": ids, "code": code, "up_to_id": newest[0]["id"]}
    total = count = int(service.call(place, function, **meant))
    while count == BULK:
        count = int(service.call(place, function, **meant))
        total += count
    return total


def _somebody_is_there() -> bool:
    return sys.stdin.isatty()


def _plain(value: object) -> str:
    """Return text that rich does not take for markup."""
    return str(value).replace("[", r"\[")
