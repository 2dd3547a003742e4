"""What processes cost, from /proc: processor time while a block runs, resident memory now."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Meter:
    """Processor time of named processes, and of all they started that have no name, from now on."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = dict(pids)
        self._began = time.monotonic()
        self._before = self._spent()

    def seconds(self) -> dict[str, float]:
        """Seconds of processor time spent since the start, by name."""
        now = self._spent()
        return {name: now[name] - self._before[name] for name in now}

    def percent(self) -> dict[str, float]:
        """The same as a share of one core."""
        wall = time.monotonic() - self._began
        return {name: 100 * spent / wall for name, spent in self.seconds().items()}

    def _spent(self) -> dict[str, float]:
        parents: dict[int, int] = {}
        times: dict[int, int] = {}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                fields = (process / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # gone meanwhile
                continue
            pid = int(process.name)
            # With what its ended children spent: Postgres starts a process for each connection.
            parents[pid], times[pid] = int(fields[1]), sum(map(int, fields[11:15]))
        names = {pid: name for name, pid in self._pids.items()}
        sums = dict.fromkeys(self._pids, 0)
        for pid, spent in times.items():
            if (root := _nearest(pid, names, parents)) is not None:
                sums[names[root]] += spent
        return {name: spent / TICKS for name, spent in sums.items()}


def _nearest(pid: int, roots: Mapping[int, str], parents: Mapping[int, int]) -> int | None:
    while pid not in roots:
        if pid not in parents:
            return None
        pid = parents[pid]
    return pid


def resident_mb(pid: int) -> float:
    """Resident memory in MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1_000_000
