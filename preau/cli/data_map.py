"""`preau data-map`: the map of personal data as a page for whoever answers for it."""

from __future__ import annotations

import asyncio

import psycopg
import typer
from psycopg.rows import dict_row

from preau.cli import target
from preau.cli.console import HomeOption, out
from preau.local.paths import PROJECT, Home

PAGE = PROJECT / "docs" / "data-map.md"
HEAD = """# Data map

Written by `preau data-map` from `private.data_map`; migrations classify, never this page. It is
the core of the record of processing (GDPR, article 30): which column says what of a person, why it
is kept, how long, and what erasure does to it.

- *sensitive*: harms somebody if it leaks – health, money, minors, secrets, papers.
- *pseudonymised*: an id whose person has gone out of the profile.
- The times are what is promised. The clock keeps those of dedupe keys (`private.housekeep`),
  counted calls and the visitors' salt (`private.forget_calls`), failed tries and dead letters
  (`private.sweep_jobs`), invitations (`private.purge_invitations`), Auth's mails
  (`private.purge_auth_mails`), automated tasks (`private.purge_tasks`) and its own log
  (`private.purge_clock_log`). What lasts until a job, a mail or a run is done goes with it. No
  other purge is built yet: operators keep those times.

| table | columns | class | purpose | retention | on erasure |
|---|---|---|---|---|---|
"""
REST = """
Nothing personal in: {tables}.
"""


def register(app: typer.Typer) -> None:
    """Add this file's command."""
    app.command(name="data-map")(data_map)


def data_map(home: HomeOption = None) -> None:
    """Write docs/data-map.md from the database's own map of personal data.

    Example: `preau data-map`
    """
    database = target.database(Home.find(home))
    PAGE.write_text(asyncio.run(page(database.url)), encoding="utf-8")
    out.print(f"Wrote {PAGE.relative_to(PROJECT)}.", markup=False)


async def page(url: str) -> str:
    """Return the page for the database at `url`."""
    from preau.local import sql

    async with await psycopg.AsyncConnection.connect(url, row_factory=dict_row) as connection:
        found = await (await connection.execute(sql.load("data_map"))).fetchall()
    personal = [row for row in found if row["classification"] != "none"]
    tables = {row["table"] for row in found} - {row["table"] for row in personal}
    lines = [
        f"| {row['table']} | {row['columns']} | {row['classification']} | {row['purpose']}"
        f" | {row['retention']} | {row['erasure']} |"
        for row in personal
    ]
    rest = REST.format(tables=", ".join(sorted(tables)))
    return HEAD + "\n".join(lines) + "\n" + rest
