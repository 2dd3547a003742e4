"""`preau up`, `down` and `reset`."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import Annotated

import typer

from preau.cli import progress, target
from preau.cli.console import HomeOption, err, out
from preau.errors import PreauError
from preau.local import checks, daemon, state
from preau.local.paths import Home
from preau.local.ports import DEFAULT_BASE
from preau.local.stack import Options, Stack

POLL_SECONDS = 0.1
STOP_SECONDS = 90.0


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(up)
    app.command()(down)
    app.command()(reset)


def up(
    home: HomeOption = None,
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Return once it is up.")] = False,
    port_base: Annotated[
        int,
        typer.Option("--port-base", envvar="PREAU_PORT_BASE", help="The gateway's port."),
    ] = DEFAULT_BASE,
    without: Annotated[
        str, typer.Option(help="Pieces not to start, with commas, such as functions,workers.")
    ] = "",
) -> None:
    """Start the stack: everything here, or functions and workers only for another Supabase.

    With SUPABASE_URL and a secret key of another project in the environment, only functions and
    workers start, against that project.

    Example: `preau up --detach --port-base 55321`
    """
    place = Home.find(home)
    running = state.read(place.state_file)
    if running and running.is_running():
        if running.phase in ("starting", "ready"):
            _already(place, running, port_base)
            return
        with out.status("waiting for the last run to end"):
            running.supervisor.wait_gone(STOP_SECONDS)
    remote = target.is_remote(place, port_base)
    left_out = frozenset(filter(None, without.split(",")))
    options = Options(home=place, port_base=port_base, remote=remote, without=left_out)
    checks.ensure(place)
    checks.disk(place)
    if detach:
        _detached(options)
    else:
        asyncio.run(_foreground(options))


def down(home: HomeOption = None) -> None:
    """Stop the stack; its data stays.

    Example: `preau down`
    """
    place = Home.find(home)
    if not _stop(place):
        out.print("Nothing is running.")


def reset(home: HomeOption = None) -> None:
    """Stop the stack and drop its data; the next `preau up` starts afresh.

    Example: `preau reset && preau up`
    """
    place = Home.find(home)
    _stop(place)
    with out.status("dropping the data"):
        checks.remove(place)
    out.print(f"Dropped {place.root}. Start afresh: preau up", markup=False)


def _already(home: Home, found: state.State, wanted_base: int) -> None:
    if found.phase == "starting":
        out.print(f"The stack is being started by pid {found.supervisor.pid}.")
        _follow(home, found.supervisor.pid)
        return
    out.print(f"The stack is already up (pid {found.supervisor.pid}).")
    if found.port_base != wanted_base:
        out.print(
            f"Its ports start at {found.port_base}. A second copy needs a folder of its own:"
            f" preau up --home DIR --port-base {wanted_base}"
        )
    progress.summary(found, dict(os.environ))


def _detached(options: Options) -> None:
    supervisor = daemon.start(options)
    try:
        _follow(options.home, supervisor.pid, exited=lambda: supervisor.poll() is not None)
    except KeyboardInterrupt:
        out.print("It goes on without this terminal. See preau status; stop it: preau down")
        raise


def _follow(home: Home, pid: int, exited: object = None) -> None:
    """Show a start that another process makes, until it is up; exit 1 if it fails."""
    began = time.monotonic()
    found = None
    with progress.Progress() as shown:
        while True:
            ended = callable(exited) and exited()
            read = state.read(home.state_file)
            if read and read.supervisor.pid == pid:
                found = read
                shown.show(found)
                if found.phase != "starting" and (ended or found.phase == "ready"):
                    break
            if ended or (found and not found.is_running()):
                break
            time.sleep(POLL_SECONDS)
    if found is None or found.phase != "ready":
        progress.failure(found, home)
        raise typer.Exit(1)
    out.print(f"Up in {time.monotonic() - began:.1f} s.")
    progress.summary(found, dict(os.environ))


async def _foreground(options: Options) -> None:
    stack = Stack(options)
    running = asyncio.create_task(stack.run())
    with progress.Progress() as shown:
        while stack.state.phase == "starting" and not running.done():
            await asyncio.wait({running}, timeout=POLL_SECONDS)
            shown.show(stack.state)
    if stack.state.phase == "ready":
        progress.summary(stack.state, dict(os.environ))
        out.print("Ctrl-C stops it.")
    told: dict[str, str] = {}
    while not running.done():
        await asyncio.wait({running}, timeout=1)
        _tell(stack.state, told)
    try:
        await running
    except PreauError:
        if stack.state.phase != "failed":  # it never held the folder
            raise
        progress.failure(stack.state, options.home)
        raise typer.Exit(1) from None
    out.print("Stopped.")


def _tell(found: state.State, told: dict[str, str]) -> None:
    """Print a line when a piece fails or comes back."""
    if found.phase != "ready":
        return
    for name, piece in found.pieces.items():
        before = told.setdefault(name, "healthy")
        if piece.status != before and piece.status not in ("starting", "waiting"):
            told[name] = piece.status
            why = f": it {piece.last_error}" if piece.status != "healthy" else ""
            err.print(f"{name} is {piece.status}{why} (preau logs {name})", markup=False)


def _stop(home: Home) -> bool:
    """Stop the supervisor and whatever a killed one left; tells whether anything ran."""
    found = state.read(home.state_file)
    ran = found is not None and found.is_running()
    if found is not None and ran:
        with out.status("stopping"):
            found.supervisor.send(signal.SIGTERM)
            if not found.supervisor.wait_gone(STOP_SECONDS):
                found.supervisor.send(signal.SIGKILL)
                found.supervisor.wait_gone(5)
    if not home.root.exists():
        return ran
    with checks.held(home):
        leftovers = checks.stop_leftovers(home)
    if leftovers:
        out.print(f"Ended what was left running: {', '.join(leftovers)}.", markup=False)
    if ran:
        out.print("Stopped.")
    return ran or bool(leftovers)
