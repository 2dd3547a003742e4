"""`preau status`, `env`, `logs` and `doctor`: commands that change nothing."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from preau.cli import target
from preau.cli.console import HomeOption, complain, err, out
from preau.errors import PreauError
from preau.local import checks, environment, figures, state
from preau.local.paths import Home
from preau.local.ports import Ports
from preau.local.supervisor import tail

COLOURS = {"healthy": "green", "failed": "red", "unhealthy": "red", "restarting": "yellow"}


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(status)
    app.command()(env)
    app.command()(logs)
    app.command()(doctor)


def status(
    home: HomeOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say what runs and whether it is healthy; exit code 1 unless all of it is.

    Example: `preau status --json`
    """
    place = Home.find(home)
    found = state.read(place.state_file)
    running = found is not None and found.is_running()
    if as_json:
        known = asdict(found) if found else {}
        for name, told in figures.read(found).items() if found else ():
            known["pieces"][name]["figures"] = told
        well = bool(found and found.is_well())
        out.print_json(json.dumps({"running": running, "healthy": well} | known))
    elif found is None or not running:
        err.print("The stack is not running.", style="red")
        if found and found.phase == "ready":
            err.print("Its supervisor was killed; the next `preau up` ends what is left of it.")
        if found and found.error:
            err.print(f"Its last start failed: {found.error}", markup=False)
        err.print("→ Start it: preau up --detach")
    else:
        _table(found, place)
        try:
            checks.disk(place)
        except PreauError as error:
            complain(error)
    if found is None or not found.is_well():
        raise typer.Exit(1)


def env(home: HomeOption = None) -> None:
    """Print the stack's addresses and keys as KEY=VALUE lines; exit code 1 if it does not run.

    Example: `set -a; source <(preau env); set +a`
    """
    place = Home.find(home)
    values = environment.stack_env(Ports(target.port_base(place)), os.environ)
    for name, value in values.items():
        typer.echo(f"{name}={value}")
    found = state.read(place.state_file)
    if found is None or not found.is_running():
        err.print("The stack is not running; these are the values it will have.")
        raise typer.Exit(1)


def logs(
    piece: Annotated[
        str | None, typer.Argument(help="A piece of `preau status`, or supervisor, or access.")
    ] = None,
    home: HomeOption = None,
    lines: Annotated[int, typer.Option("--lines", "-n", help="How many of the last lines.")] = 30,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
) -> None:
    """Print the last lines of a piece's log, or of every piece's.

    Example: `preau logs workers -f`
    """
    place = Home.find(home)
    known = sorted(file.stem for file in place.logs.glob("*.log"))
    if piece is not None and piece not in known:
        raise PreauError(
            "no_such_log",
            f"There is no log of {piece!r} in {place.logs}.",
            f"There are: {', '.join(known)}." if known else "Start the stack first: preau up.",
        )
    chosen = [piece] if piece else known
    ends = {}
    for name in chosen:
        ends[name] = place.log(name).stat().st_size
        for line in tail(place.log(name), lines):
            typer.echo(line if piece else f"{name:<10} {line}")
    while follow:
        time.sleep(0.3)
        for name in chosen:
            ends[name] = _more(place, name, ends[name], prefix="" if piece else f"{name:<10} ")


def doctor(
    home: HomeOption = None,
    production: Annotated[
        bool, typer.Option("--production", help="Look at the deployment the environment names.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="For programs; with --production.")
    ] = False,
) -> None:
    """Check programs, ports, disk, settings, migrations and queues; say what to do about each.

    Example: `preau doctor`, or `preau doctor --production --json`
    """
    if production:
        from preau.cli.production import show

        show(as_json=as_json)
        return
    from preau.cli import checkup

    with out.status("checking"):
        findings = checkup.examine(Home.find(home))
    table = Table.grid(padding=(0, 2))
    for found in findings:
        mark = "[green]ok[/]" if found.ok else "[red]problem[/]"
        table.add_row(mark, found.subject, found.detail)
        if not found.ok:
            table.add_row("", "", f"→ {found.todo}")
    out.print(table)
    problems = sum(not found.ok for found in findings)
    if problems:
        err.print(f"{problems} to look at.", style="red")
        raise typer.Exit(1)
    out.print("All is well.")


def _table(found: state.State, home: Home) -> None:
    table = Table("piece", "status", box=None, pad_edge=False)
    table.add_column("where", overflow="fold")  # a cut address is no address
    for name in ("pid", "restarts", "note"):
        table.add_column(name)
    told = figures.read(found)
    for name, piece in found.pieces.items():
        colour = COLOURS.get(piece.status, "default")
        note = figures.sentence(told[name]) if name in told else ""
        table.add_row(
            name,
            f"[{colour}]{piece.status}[/]",
            piece.url or "",
            str(piece.process.pid) if piece.process else "",
            str(piece.restarts) if piece.restarts else "",
            note if piece.status == "healthy" else piece.last_error or "",
        )
    out.print(table)
    out.print(f"{found.phase} · logs in {home.logs}", markup=False)


def _more(home: Home, name: str, position: int, prefix: str) -> int:
    """Print what was added to a log since a position; returns the new one."""
    with home.log(name).open("rb") as log:
        if log.seek(0, os.SEEK_END) < position:  # it was trimmed
            position = 0
        log.seek(position)
        for line in log.read().decode(errors="replace").splitlines():
            typer.echo(prefix + line)
        return log.tell()
