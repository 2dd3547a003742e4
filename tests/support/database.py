"""Databases of one's own, cloned from `preau_template`, and how to be somebody in one.

`db` is what most tests want: a transaction in a clone that the run shares, undone afterwards, which
takes a millisecond. `fresh` is a clone that only this test sees, for what needs commits or several
connections; it takes as long as copying some three hundred files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString, Protocol
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from preau.local import databases
from tests.support.stack import Stack

Db = psycopg.Connection[dict[str, Any]]
CLUSTER = "PREAU_SQL_CLUSTER"
"""Two URLs and a space between them: as `postgres`, and as the superuser."""


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

    def __init__(self, url: str, superuser_url: str) -> None:
        """`url` as the role `postgres`, `superuser_url` as one who may copy databases."""
        self._url = url
        self._administration = _on(superuser_url, databases.ADMINISTRATION)
        self._done: list[str] = []

    @contextmanager
    def new(self) -> Iterator[str]:
        """The URL, as the role `postgres`, of a fresh clone for as long as the block lasts."""
        self.sweep()
        name = f"clone_{uuid4().hex[:12]}"
        databases.copy(self._administration, databases.TEMPLATE, name)
        try:
            yield _on(self._url, name)
        finally:
            self._done.append(name)

    def sweep(self) -> None:
        """Drop the clones that nobody uses any more."""
        while self._done:
            databases.drop(self._administration, self._done.pop())


def _on(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def connect(url: str) -> Db:
    """A connection on which each statement is a transaction of its own, as a request is."""
    return psycopg.connect(url, autocommit=True, row_factory=dict_row)


@pytest.fixture(scope="session")
def clones(request: pytest.FixtureRequest) -> Iterator[Clones]:
    """Clones in the test stack, or in the cluster of PREAU_SQL_CLUSTER (tests/support/image.py)."""
    elsewhere = os.environ.get(CLUSTER)
    if elsewhere:
        made = Clones(*elsewhere.split())
    else:
        stack: Stack = request.getfixturevalue("stack")
        made = Clones(stack.db_url, stack.superuser_db_url)
    yield made
    made.sweep()


@pytest.fixture
def url(clones: Clones) -> Iterator[str]:
    """The URL of a clone that only this test knows."""
    with clones.new() as made:
        yield made


@pytest.fixture
def fresh(url: str) -> Iterator[Db]:
    """The role `postgres` in that clone; each statement commits."""
    with connect(url) as connection:
        yield connection


@pytest.fixture(scope="session")
def shared_url(clones: Clones) -> Iterator[str]:
    """A clone for tests that leave no trace."""
    with clones.new() as made:
        yield made


@pytest.fixture
def db(shared_url: str) -> Iterator[Db]:
    """The role `postgres`, which owns our tables and passes by their policies, in a transaction.

    It is rolled back afterwards. `now()` stands still in it.
    """
    with connect(shared_url) as connection, connection.transaction(force_rollback=True):
        yield connection


@contextmanager
def acting_as(db: Db, actor: Actor) -> Iterator[None]:
    """Be the actor as PostgREST makes one: role and claims for one transaction, then no more.

    A transaction that is open already goes on as `postgres` afterwards; what a commit would check
    is checked at the end of the block.
    """
    nested = db.info.transaction_status != psycopg.pq.TransactionStatus.IDLE
    with db.transaction():
        _become(db, actor.role, Jsonb(actor.claims))
        yield
        if nested:
            db.execute("set constraints all immediate")
            db.execute("set constraints all deferred")
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
