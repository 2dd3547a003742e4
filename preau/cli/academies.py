"""`preau academy create` and `preau admin invite`: what the operator does once per academy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import psycopg
import typer

from preau.cli import target
from preau.cli.console import HomeOption, out
from preau.errors import PreauError
from preau.local.paths import Home


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    academy = typer.Typer(
        name="academy",
        help="Make academies.\n\nExample: `preau academy create atelier-nord.toml`",
        no_args_is_help=True,
    )
    academy.command()(create)
    academy.callback()(_group)
    app.add_typer(academy)
    admin = typer.Typer(
        name="admin",
        help="Name an academy's first admin.\n\n"
        "Example: `preau admin invite atelier-nord ines@example.org`",
        no_args_is_help=True,
    )
    admin.command()(invite)
    admin.callback()(_group)
    app.add_typer(admin)


def create(
    file: Annotated[Path, typer.Argument(help="The academy's TOML file.")],
    home: HomeOption = None,
) -> None:
    """Make an academy from a file. The same file again changes nothing.

    It goes to SUPABASE_DB_URL where that is set, else to the running local stack.

    Example: `preau academy create atelier-nord.toml`, with

        slug = "atelier-nord"
        name = "Atelier Nord"
        country = "FR"
        currency = "EUR"
        timezone = "Europe/Paris"
        site_url = "https://atelier-nord.example"
        sender_name = "Atelier Nord"
        sender_email = "bonjour@atelier-nord.example"
        allowed_return_hosts = ["atelier-nord.example"]

        [[accounts]]
        slug = "atelier-nord-stripe"
        provider = "stripe"
        secret_name = "STRIPE_ATELIER_NORD"

    Also locale, reply_to, open_to_sign_up, [branding], [settings]; of an account settings,
    priority (of several for mails, the lowest first) and mode: "test" unless it says "live",
    which is for real money.
    """
    from preau import academies

    wanted = academies.read(file)
    with _connected(home) as connection:
        done = academies.create(connection, wanted)
    out.print(f"Academy {wanted.slug}: {done}.", markup=False)
    for account in wanted.accounts:
        if account.secrets:
            names = " and ".join(account.secrets)
            out.print(
                f"→ Give functions and workers {names} for the account {account.slug}.",
                markup=False,
            )
    if done == "created":
        out.print(f"→ Invite its first admin: preau admin invite {wanted.slug} <e-mail>")


def invite(
    academy: Annotated[str, typer.Argument(help="The academy's slug.")],
    email: Annotated[str, typer.Argument(help="The address of who is to be an admin.")],
    home: HomeOption = None,
) -> None:
    """Invite somebody as an admin: the link is mailed, and printed here.

    They sign up or sign in with that address and open the link; it works once. An earlier link to
    the same address stops working.

    Example: `preau admin invite atelier-nord ines@example.org`
    """
    with _connected(home) as connection:
        found = connection.execute("select private.invite_admin(%s, %s)", [academy, email])
        made: dict[str, Any] = (found.fetchone() or ({},))[0]
    out.print(f"{made['email']} is invited as an admin of {made['academy']}.", markup=False)
    out.print(f"The link, until {made['expires_at'][:16].replace('T', ' ')} UTC:", markup=False)
    typer.echo(made["url"])


def _group() -> None:
    """Keep a group with one command a group."""


@contextmanager
def _connected(home: Path | None) -> Iterator[psycopg.Connection]:
    """A transaction on the target; what the database refuses becomes a sentence."""
    url = target.database(Home.find(home)).url
    try:
        with psycopg.connect(url, connect_timeout=10, options="-c timezone=UTC") as connection:
            yield connection
    except psycopg.OperationalError as error:
        raise PreauError(
            "no_database",
            f"No connection to the database: {str(error).strip().splitlines()[0]}.",
            "Start the stack (`preau up --detach`), or correct SUPABASE_DB_URL.",
        ) from None
    except (psycopg.errors.UndefinedFunction, psycopg.errors.UndefinedTable):
        raise PreauError(
            "not_migrated", "This database lacks a migration.", "Run `preau migrate`."
        ) from None
    except psycopg.Error as error:
        raise PreauError(
            error.diag.message_detail or "refused",
            error.diag.message_primary or str(error),
            error.diag.message_hint or "Correct it and try again; nothing was changed.",
        ) from None
