"""What every measured worker says and waits for."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path


def database() -> str:
    """The database of the measured queue."""
    return os.environ["BENCH_DATABASE"]


def count() -> int:
    """How many jobs wait."""
    return int(os.environ["BENCH_COUNT"])


def wait_for_go() -> None:
    """Tell that everything is connected, and wait for the signal."""
    print("ready", flush=True)
    sys.stdin.readline()


def report(done: int, last: float | None = None, **more: float) -> None:
    """Tell what was done; `last` is the time of the last job, now unless given."""
    facts = {"done": done, "last": last or time.monotonic(), "rss_mb": resident_mb(), **more}
    print(json.dumps(facts), flush=True)


def resident_mb() -> float:
    """Return the resident memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000
