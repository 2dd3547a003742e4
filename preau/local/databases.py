"""Databases copied from one another: the template that tests clone, and the clones.

A copy is made while nobody is connected to its source, in about a tenth of a second.
"""

from __future__ import annotations

import psycopg
from psycopg import sql as compose

from preau.local import sql

MAIN = "postgres"
TEMPLATE = "preau_template"
ADMINISTRATION = "template1"  # a database to be connected to while the others are copied


def copy(url: str, source: str, target: str) -> None:
    """Make `target` a copy of `source`, owner, grants and settings included.

    `url` is the superuser's, in ADMINISTRATION. An existing `target` is dropped, its connections
    ended.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        _drop(connection, target)
        connection.execute(
            compose.SQL("create database {} template {} strategy file_copy").format(
                compose.Identifier(target), compose.Identifier(source)
            )
        )
        connection.execute(sql.load("copy_database_settings"), {"source": source, "target": target})


def freeze(url: str) -> None:
    """Make the template from the main database, and let nobody connect to it."""
    copy(url, MAIN, TEMPLATE)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            compose.SQL("alter database {} with allow_connections false is_template true").format(
                compose.Identifier(TEMPLATE)
            )
        )


def drop(url: str, name: str) -> None:
    """Drop a database, its connections ended; nothing happens if there is none."""
    with psycopg.connect(url, autocommit=True) as connection:
        _drop(connection, name)


def _drop(connection: psycopg.Connection, name: str) -> None:
    target = compose.Identifier(name)
    found = connection.execute(sql.load("database_exists"), {"name": name}).fetchone()
    if found is None:
        return
    connection.execute(compose.SQL("alter database {} with is_template false").format(target))
    connection.execute(compose.SQL("drop database {} with (force)").format(target))
