"""`preau schedules`: what the clock makes due, through the gateway with the secret key."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from preau.cli import service
from preau.cli.console import HomeOption, out
from preau.local.paths import Home

NameArgument = Annotated[str, typer.Argument(help="The schedule's name.", show_default=False)]
JsonOption = Annotated[bool, typer.Option("--json", help="For programs.")]


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(
        name="schedules",
        help="Look at what runs by the clock, run it now, pause it.\n\n"
        "Example: `preau schedules list`",
        no_args_is_help=True,
    )
    group.command("list")(show)
    group.command()(run)
    group.command()(pause)
    group.command()(resume)
    app.add_typer(group)


def show(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List schedules, the next to run first; times are those of each schedule's own zone.

    Example: `preau schedules list --json`
    """
    found: list[dict[str, Any]] = _ask(home, "schedules")
    if as_json:
        out.print_json(json.dumps(found))
        return
    if not found:
        out.print("There are no schedules; migrations make them with private.add_schedule.")
        return
    table = Table(box=None, pad_edge=False)
    for title in ("name", "rule", "zone", "queue", "next", "last due", "state"):
        table.add_column(title, no_wrap=title != "state")
    for each in found:
        story = "failing" if each["last_error"] else "on"
        table.add_row(
            *(each[name] for name in ("name", "rule", "time_zone", "queue")),
            _local(each["next_run_at"], each) if each["enabled"] else "–",
            _local(each["last_due_at"], each),
            story if each["enabled"] else "paused",
        )
    out.print(table)
    for each in found:
        if each["last_error"]:
            out.print(f"{each['name']}: {each['last_error']}", style="red", markup=False)


def run(name: NameArgument, home: HomeOption = None) -> None:
    """Queue a schedule's job now, once a minute at most; its own times stay as they are.

    Example: `preau schedules run nightly_reconciliation`
    """
    done = _ask(home, "run_schedule", name=name)
    if done["queued"]:
        out.print(f"{name}: a job is in the queue {done['queue']}.", markup=False)
    else:
        out.print(f"{name}: the job of this minute was queued before.", markup=False)


def pause(name: NameArgument, home: HomeOption = None) -> None:
    """Stop a schedule until it is resumed; migrations do not wake it.

    Example: `preau schedules pause nightly_reconciliation`
    """
    _ask(home, "pause_schedule", name=name)
    out.print(f"{name} is paused.", markup=False)


def resume(name: NameArgument, home: HomeOption = None) -> None:
    """Let a schedule run again from its next due minute on; what it missed is not caught up.

    Example: `preau schedules resume nightly_reconciliation`
    """
    due = _ask(home, "resume_schedule", name=name)["next_run_at"]
    out.print(f"{name} runs again: next at {due[:16].replace('T', ' ')} UTC.", markup=False)


def _local(moment: str | None, schedule: dict[str, Any]) -> str:
    """A moment as the schedule's own clock shows it."""
    if moment is None:
        return "never"
    return f"{datetime.fromisoformat(moment).astimezone(ZoneInfo(schedule['time_zone'])):%F %H:%M}"


def _ask(home: HomeOption, function: str, **params: str) -> Any:
    return service.call(Home.find(home), function, **params)
