"""`preau functions forwarders`: what a hosted project needs to reach the Python functions."""

from __future__ import annotations

from typing import Annotated

import typer

from preau.cli.console import err, out
from preau.local.paths import PROJECT, SUPABASE


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(
        name="functions",
        help="The HTTP functions on a hosted project.\n\nExample: `preau functions forwarders`",
        no_args_is_help=True,
    )
    group.command()(forwarders)
    group.command("events")(events)
    app.add_typer(group)


def forwarders(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail if not equal.")
    ] = False,
) -> None:
    """Write supabase/functions/<name>/index.ts and its table in config.toml for each function.

    Example: `preau functions forwarders && supabase functions deploy`
    """
    from functions.app import paths
    from preau import forwarders as files

    found = files.changes(files.names(paths()), SUPABASE)
    for change in found:
        verb = "Removed" if change.text is None else "Wrote"
        verb = "Not up to date:" if check else verb
        out.print(f"{verb} {change.path.relative_to(PROJECT)}", markup=False)
    if check and found:
        err.print("→ Write them: preau functions forwarders")
        raise typer.Exit(1)
    files.write(found)
    if not found:
        out.print("Every function has its forwarder.")


def events(
    api_version: Annotated[
        bool, typer.Option("--api-version", help="Print that alone instead.")
    ] = False,
) -> None:
    """Print the events a Stripe webhook endpoint is to send, one a line, and its API version.

    Example: `preau functions events`
    """
    from preau.production.webhooks import API_VERSION, handled_events

    if api_version:
        typer.echo(API_VERSION)
        return
    for name in sorted(handled_events()):
        typer.echo(name)
    err.print(f"API version {API_VERSION}, the one of the library here.")
