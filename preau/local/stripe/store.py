"""The stand-in's memory: one SQLite file, one transaction a request.

An object, its events, their pending deliveries and the answer kept under the idempotency key
are committed together, before anything is answered: a SIGKILL loses all of them or none.
"""

from __future__ import annotations

import fcntl
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from preau.local.stripe.errors import Json

SQL = Path(__file__).parent / "sql"
NAMED = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
Row = dict[str, Any]


def _named(text: str) -> dict[str, str]:
    parts = NAMED.split(text)
    return {name: body.strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)}


QUERIES = _named((SQL / "queries.sql").read_text(encoding="utf-8"))


class HomeTakenError(Exception):
    """Another stand-in is running on the same folder."""


class Transaction:
    """What one request may do with the memory; everything in it is committed at once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.queued = False

    def rows(self, name: str, /, **values: Any) -> list[Row]:
        """Run a query of `sql/queries.sql` and return its rows."""
        cursor = self._connection.execute(QUERIES[name], values)
        return [dict(row) for row in cursor.fetchall()]

    def row(self, name: str, /, **values: Any) -> Row | None:
        """Run a query and return its first row."""
        return next(iter(self.rows(name, **values)), None)

    def run(self, name: str, /, **values: Any) -> None:
        """Run a statement of `sql/queries.sql`."""
        self._connection.execute(QUERIES[name], values)

    def insert(self, account: str, body: Json, private: Json | None = None) -> None:
        """Keep a new object; its `id` is unique within the account."""
        self.run(
            "insert_object",
            account=account,
            id=body["id"],
            object=body["object"],
            created=body["created"],
            body=dump(body),
            private=dump(private or {}),
        )

    def update(self, account: str, body: Json) -> None:
        """Keep an object's new state."""
        self.run("update_object", account=account, id=body["id"], body=dump(body))

    def find(self, account: str, kind: str, identifier: str) -> Json | None:
        """Return an object of the account, or None; another account's is not found."""
        row = self.row("find_object", account=account, id=identifier, object=kind)
        return None if row is None else load(row["body"])

    def find_any(self, account: str, identifier: str) -> Json | None:
        """Return an object of the account, whatever its kind."""
        row = self.row("find_of_any_kind", account=account, id=identifier)
        return None if row is None else load(row["body"])

    def private(self, account: str, kind: str, identifier: str) -> Json:
        """Return what an object does not show."""
        row = self.row("find_object", account=account, id=identifier, object=kind)
        return {} if row is None else load(row["private"])

    def keep_private(self, account: str, identifier: str, private: Json) -> None:
        """Keep what an object does not show."""
        self.run("update_private", account=account, id=identifier, private=dump(private))

    def queue(self, account: str, event_id: str, at: float) -> None:
        """Make an event's webhook due; it is sent once the transaction is committed."""
        self.run("queue_delivery", account=account, event_id=event_id, next_at=at)
        self.queued = True

    def setting(self, name: str) -> str | None:
        """Return a control's kept value."""
        row = self.row("read_setting", name=name)
        return None if row is None else str(row["value"])

    def set_setting(self, name: str, value: str) -> None:
        """Keep a control's value."""
        self.run("write_setting", name=name, value=value)


class Store:
    """The file. Used from one thread only, and never across an `await`."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._lock = (home / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HomeTakenError(str(home)) from None
        self._connection = sqlite3.connect(home / "stripe.sqlite", isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.executescript((SQL / "schema.sql").read_text(encoding="utf-8"))
        self.on_queued: Callable[[], None] = _nothing

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a transaction: committed at the end, rolled back by any exception."""
        self._connection.execute("begin immediate")
        transaction = Transaction(self._connection)
        try:
            yield transaction
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")
        if transaction.queued:
            self.on_queued()

    def close(self) -> None:
        """Close the file and let another process have the folder."""
        self._connection.close()
        self._lock.close()


def dump(value: Any) -> str:
    """Return compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> Json:
    """Return the object of a JSON text."""
    loaded: Json = json.loads(text)
    return loaded


def _nothing() -> None:
    """Stand for the listener until the deliverer is there."""
