"""`preau migrate`, `seed` and `types`: what an administrator does to a database."""

from __future__ import annotations

import asyncio
import os
from typing import Annotated
from urllib.parse import urlsplit

import httpx
import psycopg
import typer

from preau.cli import target
from preau.cli.console import HomeOption, out
from preau.errors import PreauError
from preau.local import environment, migrations
from preau.local.paths import PROJECT, SUPABASE, Home
from preau.local.ports import Ports

TYPES = {"python": PROJECT / "preau" / "database.py", "typescript": SUPABASE / "database.types.ts"}
SCHEMAS = "public,worker"


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(migrate)
    app.command()(seed)
    app.command()(types)


def migrate(home: HomeOption = None) -> None:
    """Apply the migrations that are missing, with the Supabase CLI.

    They go to SUPABASE_DB_URL where it is set, else to the running local stack.

    Example: `preau migrate`
    """
    from preau.local import programs

    database = target.database(Home.find(home))
    with out.status("applying migrations"):
        done = asyncio.run(migrations.push(programs.require(), database.url))
    out.print(f"Migrations: {done}.", markup=False)


def seed(
    what: Annotated[str, typer.Argument(help="`catalogue`, or `demo` for people.")] = "catalogue",
    home: HomeOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Seed a database elsewhere.")] = False,
    really: Annotated[
        bool, typer.Option("--yes-really", help="Make demo people elsewhere.")
    ] = False,
) -> None:
    """Apply the seeds: three academies with catalogues and prices. They may be applied again.

    They go to SUPABASE_DB_URL where it is set, else to the running local stack. `preau seed demo`
    makes people to try them with, and shows their passwords this once.

    Example: `preau seed`
    """
    if what not in ("catalogue", "demo"):
        raise PreauError("no_such_seed", f"There is no seed {what}.", "`catalogue` or `demo`.")
    database = target.database(Home.find(home))
    if what == "demo":
        _seed_demo(Home.find(home), database, really)
        return
    if not database.local and not yes:
        raise PreauError(
            "seed_elsewhere",
            "SUPABASE_DB_URL is not on this machine, and the seeds set example prices.",
            "Add --yes if that is meant.",
        )
    with out.status("seeding"):
        done = migrations.seed(database.url)
    out.print(f"Seeds: {done}.", markup=False)


def _seed_demo(home: Home, database: target.Database, really: bool) -> None:
    from preau import demo_people

    env = environment.stack_env(Ports(target.port_base(home)), os.environ)
    url = os.environ.get("SUPABASE_URL") or env["SUPABASE_URL"]
    local = database.local and urlsplit(url).hostname in migrations.LOOPBACK
    if not local and not really:
        raise PreauError(
            "demo_elsewhere",
            f"{url} is not on this machine, and demo people have every role.",
            "Add --yes-really if that is meant.",
        )
    secret = os.environ.get("SUPABASE_SECRET_KEY") or env["SUPABASE_SECRET_KEY"]
    try:
        with psycopg.connect(database.url, autocommit=True) as connection:
            for person, password in demo_people.make(url, secret, connection):
                shown = password or "(was there; its password is not known)"
                typer.echo(f"{person.email}  {person.role}  {shown}")
    except (psycopg.Error, httpx.HTTPError) as error:
        raise PreauError(
            "demo_refused",
            str(error).strip().splitlines()[0],
            "Run `preau migrate` and `preau seed`.",
        ) from None


def types(home: HomeOption = None) -> None:
    """Write the database's types: preau/database.py and supabase/database.types.ts.

    Example: `preau types`
    """
    database = target.database(Home.find(home))
    for language, file in TYPES.items():
        with out.status(f"reading the schema for {language}"):
            file.write_text(asyncio.run(generate(database.url, language)))
        out.print(f"Wrote {file.relative_to(PROJECT)}.", markup=False)


async def generate(url: str, language: str) -> str:
    """Return the types of the database at `url`, as the Supabase CLI writes them."""
    from preau.local import migrations, process, programs

    address, password = migrations.without_password(migrations.for_cli(url))
    code, output, said = await process.run_apart(
        [
            *(programs.require().supabase, "gen", "types", "--agent", "no"),
            *(f"--remote={address}", "--lang", language, "--schema", SCHEMAS),
        ],
        env=process.base_env() | password,
    )
    if code != 0:
        raise PreauError(
            "types_failed",
            f"The Supabase CLI could not read the schema: {said.strip()[-600:]}",
            "Check the database with `preau doctor`.",
        )
    return output
