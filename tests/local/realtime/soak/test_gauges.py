"""The gauges of the churn notice what grows, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.local.realtime.soak.gauges import Sample, growth

EMPTY = Sample(0, 70, 12, 20, 1, 0, 0, 0, 0)
BUSY = Sample(1, 80, 70, 50, 1, 1, 30, 40, 20)


def test_a_server_that_is_as_it_was_has_not_grown() -> None:
    assert growth(EMPTY, [BUSY] * 9, replace(EMPTY, rss_mb=79)) == []


@pytest.mark.parametrize(
    ("after", "what"),
    [
        ({"tasks": 16}, "tasks"),
        ({"files": 29}, "open files"),
        ({"connections": 1}, "sockets"),
        ({"channels": 1}, "channels"),
        ({"topics": 1}, "topics"),
    ],
)
def test_what_is_left_behind_has_grown(after: dict[str, int], what: str) -> None:
    (found,) = growth(EMPTY, [BUSY] * 9, replace(EMPTY, **after))
    assert found.startswith(what)


@pytest.mark.parametrize(
    ("late", "what"),
    [({"rss_mb": 95}, "memory"), ({"slots": 3}, "slots"), ({"wal_mb": 200}, "WAL")],
)
def test_what_is_more_at_the_end_of_the_churn_has_grown(late: dict[str, int], what: str) -> None:
    samples = [BUSY] * 6 + [replace(BUSY, **late)] * 3
    (found,) = growth(EMPTY, samples, EMPTY)
    assert found.startswith(what)
