"""`preau migrate`, `seed` and `types`: what an administrator does to a database."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from preau.cli import target
from preau.cli.console import HomeOption, out
from preau.errors import PreauError
from preau.local.paths import PROJECT, SUPABASE, Home

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
    from preau.local import migrations, programs

    database = target.database(Home.find(home))
    with out.status("applying migrations"):
        done = asyncio.run(migrations.push(programs.require(), database.url))
    out.print(f"Migrations: {done}.", markup=False)


def seed(
    home: HomeOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Seed a database elsewhere.")] = False,
) -> None:
    """Apply the seeds: three academies with catalogues and prices. They may be applied again.

    They go to SUPABASE_DB_URL where it is set, else to the running local stack.

    Example: `preau seed`
    """
    from preau.local import migrations

    database = target.database(Home.find(home))
    if not database.local and not yes:
        raise PreauError(
            "seed_elsewhere",
            "SUPABASE_DB_URL is not on this machine, and the seeds set example prices.",
            "Add --yes if that is meant.",
        )
    with out.status("seeding"):
        done = migrations.seed(database.url)
    out.print(f"Seeds: {done}.", markup=False)


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
