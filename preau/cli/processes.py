"""`preau work`, `serve`, `demo`: a deployment's processes, and the journey that proves them."""

from __future__ import annotations

from typing import Annotated

import typer

from preau.cli.console import HomeOption
from preau.errors import PreauError
from preau.local.paths import Home

CLOCK = "clock"


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(work)
    app.command()(serve)
    app.command()(demo)


def work(
    queues: Annotated[
        list[str] | None, typer.Argument(help="Queues to work; all of them if none is named.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Show the queues live instead of working them.")
    ] = False,
    home: HomeOption = None,
) -> None:
    """Work queues until SIGTERM, which drains; or play the local stack's clock.

    Example: `preau work emails`, `preau work --watch`, or `preau work clock`
    """
    from preau import worker

    chosen = queues or []
    if watch:
        from preau.cli.watch import watch as show

        show(Home.find(home), chosen)
        return
    if CLOCK not in chosen:
        worker.main(chosen)
        return
    if chosen != [CLOCK]:
        raise PreauError("clock_alone", "The clock works alone.", "Start it: preau work clock.")
    from preau.local import cron
    from preau.log import configure
    from preau.settings import get_settings

    configure(get_settings())
    cron.run(Home.find(home))


def serve(
    host: Annotated[
        str, typer.Option(envvar="FUNCTIONS_HOST", help="The address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(envvar="FUNCTIONS_PORT", help="The port to listen on.")
    ] = 54334,
) -> None:
    """Serve the HTTP functions until SIGTERM.

    Example: `preau serve --port 54334`
    """
    import uvicorn

    uvicorn.run(
        "functions.app:create_app",
        factory=True,
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        proxy_headers=True,
        timeout_graceful_shutdown=10,
    )


def demo(home: HomeOption = None) -> None:
    """Play a first paid enrolment against the running stack, with the time of each step.

    Example: `preau demo`
    """
    from preau.cli import demo as journey

    journey.demo(home)
