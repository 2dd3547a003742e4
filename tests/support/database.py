"""Databases of one's own: a clone of `preau_template` per test, and how to be somebody in it.

A clone takes about 30 ms and is real: migrations and seeds are in it, commits commit. It is dropped
when the next one is made, since dropping at once waits for the closed connection to be gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString, Protocol
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from preau.local import databases
from tests.support.stack import Stack

Db = psycopg.Connection[dict[str, Any]]


class Actor(Protocol):
    """Somebody a request can come from: a database role, and the claims of a verified token."""

    @property
    def role(self) -> str:
        """`anon`, `authenticated` or `service_role`."""

    @property
    def claims(self) -> dict[str, Any]:
        """What PostgREST puts into `request.jwt.claims`."""


class Clones:
    """Makes clones and drops them a little later."""

    def __init__(self, stack: Stack) -> None:
        self._url = stack.db_url
        self._administration = make_conninfo(
            stack.superuser_db_url, dbname=databases.ADMINISTRATION
        )
        self._done: list[str] = []

    @contextmanager
    def new(self) -> Iterator[str]:
        """The URL, as the role `postgres`, of a fresh clone for as long as the block lasts."""
        self.sweep()
        name = f"clone_{uuid4().hex[:12]}"
        databases.copy(self._administration, databases.TEMPLATE, name)
        try:
            yield make_conninfo(self._url, dbname=name)
        finally:
            self._done.append(name)

    def sweep(self) -> None:
        """Drop the clones that nobody uses any more."""
        while self._done:
            databases.drop(self._administration, self._done.pop())


def connect(url: str) -> Db:
    """A connection on which each statement is a transaction of its own, as a request is."""
    return psycopg.connect(url, autocommit=True, row_factory=dict_row)


@pytest.fixture(scope="session")
def clones(stack: Stack) -> Iterator[Clones]:
    made = Clones(stack)
    yield made
    made.sweep()


@pytest.fixture
def url(clones: Clones) -> Iterator[str]:
    """The URL of a clone that only this test knows."""
    with clones.new() as made:
        yield made


@pytest.fixture
def db(url: str) -> Iterator[Db]:
    """The role `postgres`, which owns our tables and passes by their policies, in a fresh clone."""
    with connect(url) as connection:
        yield connection


@pytest.fixture(scope="session")
def shared_url(clones: Clones) -> Iterator[str]:
    """A clone for tests that leave no trace."""
    with clones.new() as made:
        yield made


@pytest.fixture
def undone(shared_url: str) -> Iterator[Db]:
    """A transaction in the shared clone, rolled back afterwards: for reading and for breaking."""
    with connect(shared_url) as connection, connection.transaction(force_rollback=True):
        yield connection


@contextmanager
def acting_as(db: Db, actor: Actor) -> Iterator[None]:
    """Be the actor as PostgREST makes one: role and claims for one transaction, then no more.

    A transaction that is open already goes on as `postgres` afterwards.
    """
    nested = db.info.transaction_status != psycopg.pq.TransactionStatus.IDLE
    with db.transaction():
        _become(db, actor.role, Jsonb(actor.claims))
        yield
        if nested:
            _become(db, "none", None)


def _become(db: Db, role: str, claims: Jsonb | None) -> None:
    db.execute(
        "select set_config('role', %s, true),"
        " set_config('request.jwt.claims', coalesce(%s::jsonb::text, ''), true)",
        [role, claims],
    )


def rows(db: Db, query: LiteralString | sql.Composed, *values: object) -> list[dict[str, Any]]:
    """Return the rows of a query."""
    return db.execute(query, values).fetchall()


def one(db: Db, query: LiteralString | sql.Composed, *values: object) -> dict[str, Any]:
    """Return the one row of a query."""
    found = rows(db, query, *values)
    assert len(found) == 1, f"{len(found)} rows instead of one"
    return found[0]


def value(db: Db, query: LiteralString | sql.Composed, *values: object) -> Any:
    """Return the one column of the one row of a query."""
    (found,) = one(db, query, *values).values()
    return found


def column(db: Db, query: LiteralString | sql.Composed, *values: object) -> list[Any]:
    """Return the one column of the rows of a query, in their order."""
    return [found for row in rows(db, query, *values) for found in row.values()]


@contextmanager
def refused(code: str, status: int) -> Iterator[None]:
    """The block must end in a refusal of ours: an HTTP status and a stable code."""
    with pytest.raises(psycopg.Error) as caught:
        yield
    error = caught.value
    assert (error.sqlstate, error.diag.message_detail) == (f"PT{status}", code), str(error)
    assert error.diag.message_primary, "a refusal says something to the user"


@contextmanager
def forbidden() -> Iterator[None]:
    """The block must be refused for want of a privilege (42501; 403 over the API)."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        yield
