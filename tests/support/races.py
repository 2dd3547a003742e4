"""Races with a barrier in the database itself.

Every contender has a connection and a transaction of its own and waits there for a lock; when all
of them wait, the lock is let go and they start within microseconds of one another.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import psycopg

from tests.support.database import Db, connect, value

LINE = 4_242  # the advisory lock that holds everybody at the start
T = TypeVar("T")


def at_once(url: str, acts: Sequence[Callable[[Db], T]]) -> list[T | psycopg.Error]:
    """Do all acts at the same moment; returns what each returned, or how the database refused."""
    with connect(url) as starter, ThreadPoolExecutor(len(acts)) as threads:
        starter.execute("select pg_advisory_lock(%s)", [LINE])
        running = [threads.submit(_run, url, act) for act in acts]
        deadline = time.monotonic() + 30
        while _waiting(starter) < len(acts):
            assert time.monotonic() < deadline, "somebody never came to the start"
            time.sleep(0.005)
        starter.execute("select pg_advisory_unlock(%s)", [LINE])
        return [each.result(timeout=60) for each in running]


def _run(url: str, act: Callable[[Db], T]) -> T | psycopg.Error:
    with connect(url) as db:
        try:
            with db.transaction():
                db.execute("select pg_advisory_xact_lock_shared(%s)", [LINE])
                return act(db)
        except psycopg.Error as refusal:
            return refusal


def _waiting(db: Db) -> int:
    found: int = value(
        db,
        "select count(*) from pg_locks where locktype = 'advisory' and objid = %s and not granted",
        LINE,
    )
    return found


def codes(results: Sequence[object]) -> list[str]:
    """The stable codes of the refusals among the results, in order."""
    return sorted(
        str(each.diag.message_detail or each) for each in results if isinstance(each, psycopg.Error)
    )
