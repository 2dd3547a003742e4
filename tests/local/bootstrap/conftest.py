"""A database with the bootstrap on it and nothing else: no migrations, no Auth tables."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from preau.local import keys
from preau.local.schema import BOOTSTRAP
from tests.support.stack import Stack

FILES = sorted(BOOTSTRAP.glob("*.sql"))


@pytest.fixture(scope="session")
def bare(stack: Stack) -> Iterator[str]:
    """Its URL as `postgres`. The bootstrap ran twice, since it must be safe to run again."""
    name = f"bare_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(stack.superuser_db_url, autocommit=True) as administration:
        administration.execute(
            sql.SQL("create database {} template template0").format(sql.Identifier(name))
        )
        inside = psycopg.conninfo.make_conninfo(stack.superuser_db_url, dbname=name)
        for file in FILES * 2:
            with psycopg.connect(inside) as connection:
                connection.execute(file.read_text().encode())
        yield keys.database_url(stack.ports["postgres"], database=name)
        administration.execute(
            sql.SQL("drop database {} with (force)").format(sql.Identifier(name))
        )


@pytest.fixture
def postgres(bare: str) -> Iterator[psycopg.Connection]:
    """A connection to it as `postgres`; what a test does is rolled back."""
    with psycopg.connect(bare) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def live(stack: Stack) -> Iterator[psycopg.Connection]:
    """A connection to the whole stack's database as `postgres`; rolled back too."""
    with psycopg.connect(stack.db_url) as connection:
        yield connection
        connection.rollback()
