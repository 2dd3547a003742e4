"""Queues: somebody works them, and nothing died unseen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from preau.production.finding import Finding
from preau.production.target import Target

STUCK_SECONDS: Final = 900


def queues(target: Target) -> Iterator[Finding]:
    """No job has waited for a quarter of an hour: a worker runs, of the right project."""
    rows = target.queues
    if rows is None:
        return
    stuck = [row for row in rows if (row["oldest_seconds"] or 0) > STUCK_SECONDS]
    yield Finding(
        "queues",
        not stuck,
        ", ".join(f"{row['queue']}: {row['oldest_seconds'] / 60:.0f} minutes" for row in stuck)
        or f"{sum(row['depth'] for row in rows)} jobs wait, none of them for long",
        "Are workers running, with this project's URL and secret key? See their logs.",
    )


def dead_letters(target: Target) -> Iterator[Finding]:
    """What could not be done waits for a person; whoever deploys should know."""
    rows = target.queues
    if rows is None:
        return
    dead = {row["queue"]: row["dead"] for row in rows if row["dead"]}
    yield Finding(
        "dead letters",
        not dead,
        ", ".join(f"{queue}: {count}" for queue, count in dead.items()) or "none",
        'Read them and put them back: docs/operations.md, "Dead letters".',
    )
