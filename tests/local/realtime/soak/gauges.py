"""What must not grow: the server's memory, tasks and open files, slots, and the log they hold."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import psycopg

from tests.support.stack import Stack

SLOTS = (
    "select count(*), coalesce(max(pg_current_wal_lsn() - restart_lsn), 0)::bigint"
    " from pg_catalog.pg_replication_slots"
)
MEMORY_SHARE, MEMORY_MB = 1.1, 5.0  # an allocator never gives all back
TASKS, FILES = 3, 8  # the pool of connections grows and shrinks by so many
SLOTS_AT_ONCE = 2  # one is dropped when another is made
WAL_MB = 128.0


@dataclass(frozen=True)
class Sample:
    """One look. Megabytes are of a million bytes."""

    minutes: float
    rss_mb: float
    tasks: int
    files: int
    slots: int
    wal_mb: float
    connections: int
    channels: int
    topics: int

    def line(self) -> str:
        """As a row of the printed table."""
        return (
            f"{self.minutes:6.1f} min  rss {self.rss_mb:6.1f} MB  tasks {self.tasks:4}"
            f"  files {self.files:4}  slots {self.slots}  WAL held {self.wal_mb:5.1f} MB"
            f"  sockets {self.connections:4}  channels {self.channels:4}  topics {self.topics:3}"
        )


class Gauges:
    """Looks at the running server of a stack."""

    def __init__(self, stack: Stack) -> None:
        found = stack.state().pieces["realtime"].process
        assert found is not None
        self.pid = found.pid
        self._stack = stack
        self._began = time.monotonic()

    async def look(self, http: httpx.AsyncClient, db: psycopg.AsyncConnection[Any]) -> Sample:
        """Take a sample."""
        status = (await http.get(f"{self._stack.ports.url('realtime')}/status")).json()
        row = await (await db.execute(SLOTS)).fetchone()
        assert row is not None
        return Sample(
            (time.monotonic() - self._began) / 60,
            self._resident() / 1e6,
            status["tasks"],
            self._files(),
            row[0],
            row[1] / 1e6,
            *(status[name] for name in ("connections", "channels", "topics")),
        )

    def _resident(self) -> int:
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def _files(self) -> int:
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))


def growth(before: Sample, samples: list[Sample], after: Sample) -> list[str]:
    """Say what grew: in the churn after its warm-up (`samples`), and once all had left."""
    third = max(1, len(samples) // 3)
    early = median(one.rss_mb for one in samples[:third])
    late = median(one.rss_mb for one in samples[-third:])
    found = {
        f"memory, {early:.1f} → {late:.1f} MB": late > early * MEMORY_SHARE + MEMORY_MB,
        f"tasks, {before.tasks} → {after.tasks}": after.tasks > before.tasks + TASKS,
        f"open files, {before.files} → {after.files}": after.files > before.files + FILES,
        f"slots, {max(s.slots for s in samples)}": max(s.slots for s in samples) > SLOTS_AT_ONCE,
        f"WAL, {max(s.wal_mb for s in samples):.0f} MB": max(s.wal_mb for s in samples) > WAL_MB,
        f"sockets, {after.connections} left": after.connections > 0,
        f"channels, {after.channels} left": after.channels > 0,
        f"topics, {after.topics} left": after.topics > 0,
    }
    return [what for what, grew in found.items() if grew]
