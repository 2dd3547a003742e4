"""`python -m bench [NAME …] [--small]`: measures the running stack. BENCHES has the names."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Annotated

import typer

from bench import api, claims, enrolment, jobs, live, policies, wake
from bench.stack import Target, console, running

BENCHES: dict[str, Callable[[Target, bool], Coroutine[None, None, None]]] = {
    "api": api.run,
    "jobs": jobs.run,
    "memory": jobs.memory,
    "enrolment": enrolment.run,
    "policies": policies.run,
    "live": live.run,
    "claims": claims.run,
    "wake": wake.run,
}


def main(
    names: Annotated[
        list[str] | None,
        typer.Argument(help=f"{', '.join(BENCHES)}; all by default"),
    ] = None,
    small: Annotated[bool, typer.Option(help="seconds instead of minutes")] = False,
) -> None:
    """Measure the running stack, each figure beside a named peer.

    Example: make bench ARGS="jobs --small"
    """
    unknown = set(names or ()) - BENCHES.keys()
    if unknown:
        console.print(f"[red]Unknown: {', '.join(sorted(unknown))}.[/] Known: {', '.join(BENCHES)}")
        raise SystemExit(2)
    target = running()
    for name in names or BENCHES:
        console.print(f"[bold]{name}[/]")
        asyncio.run(BENCHES[name](target, small))


if __name__ == "__main__":
    typer.run(main)
