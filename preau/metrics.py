"""What a worker process counts, for Prometheus. Names and labels are a contract with dashboards.

Counting a job must cost nearly nothing: plain numbers are kept, and made into metrics at a scrape.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

# From a no-op to a handler that makes several calls to a slow provider.
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_COUNTERS: Final = {
    "handled": "Jobs done, those included of which nothing was to be done.",
    "failed": "Tries that failed; each was retried or is dead.",
    "retried": "Failed tries that will be tried again.",
    "dead": "Jobs that went to the dead letters.",
    "lost": "Results of jobs whose lease had run out: another worker has them.",
}
_DEPTHS: Final = {
    "depth": ("preau_queue_depth", "Jobs in the queue, in flight or waiting for a retry included."),
    "oldest_seconds": ("preau_queue_oldest_seconds", "How long the oldest job has waited."),
    "dead": ("preau_queue_dead_letters", "Dead letters waiting for an operator."),
    "delayed": ("preau_queue_delayed", "Jobs that are not due yet."),
}


@dataclass(slots=True)
class Counts:
    """The counts of one queue since the process began."""

    handled: int = 0
    failed: int = 0
    retried: int = 0
    dead: int = 0
    lost: int = 0
    seconds: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))

    def took(self, seconds: float) -> None:
        """Count the time of one handled job."""
        self.seconds += seconds
        self.buckets[bisect_left(BUCKETS, seconds)] += 1


class Connected(Protocol):
    """The connection to Realtime."""

    @property
    def up(self) -> bool: ...  # noqa: D102

    @property
    def connected(self) -> int: ...  # noqa: D102


class Metrics(Collector):
    """The counts of one process, in a registry of its own."""

    def __init__(self) -> None:
        self._counts: dict[str, Counts] = {}
        self._in_flight: dict[str, Callable[[], int]] = {}
        self._depths: list[Mapping[str, Any]] | None = None
        self._realtime: Connected | None = None
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def of(self, queue: str) -> Counts:
        """Return the counts of a queue; they are shown from zero, not from their first event."""
        return self._counts.setdefault(queue, Counts())

    def watch_in_flight(self, queue: str, count: Callable[[], int]) -> None:
        """Ask `count` how many jobs of the queue run, at every scrape."""
        self._in_flight[queue] = count

    def watch_realtime(self, connection: Connected) -> None:
        """Ask at every scrape how the connection to Realtime does."""
        self._realtime = connection

    def set_depths(self, rows: Iterable[Mapping[str, Any]] | None) -> None:
        """Take over what `worker.queue_depths` says; None: it did not answer, nothing is known."""
        self._depths = None if rows is None else list(rows)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Give the registry what there is now."""
        for name, text in _COUNTERS.items():
            counter = CounterMetricFamily(f"preau_jobs_{name}", text, labels=["queue"])
            for queue, counts in self._counts.items():
                counter.add_metric([queue], getattr(counts, name))
            yield counter
        yield self._times()
        running = GaugeMetricFamily(
            "preau_jobs_in_flight", "Jobs being handled now.", labels=["queue"]
        )
        for queue, count in self._in_flight.items():
            running.add_metric([queue], count())
        yield running
        up = self._depths is not None
        yield GaugeMetricFamily("preau_gateway_up", "1 if the gateway answered this scrape.", up)
        if self._realtime:
            yield GaugeMetricFamily(
                "preau_realtime_up", "1 if Realtime is connected.", self._realtime.up
            )
            yield CounterMetricFamily(
                "preau_realtime_connections",
                "How often Realtime was connected since the process began.",
                self._realtime.connected,
            )
        for column, (name, text) in _DEPTHS.items():
            gauge = GaugeMetricFamily(name, text, labels=["queue"])
            for row in self._depths or ():
                gauge.add_metric([row["queue"]], row[column])
            yield gauge

    def _times(self) -> Metric:
        times = HistogramMetricFamily(
            "preau_job_seconds", "How long handlers take.", labels=["queue"]
        )
        for queue, counts in self._counts.items():
            below, edges = 0, []
            for edge, count in zip([*map(str, BUCKETS), "+Inf"], counts.buckets, strict=True):
                below += count
                edges.append((edge, float(below)))
            times.add_metric([queue], edges, counts.seconds)
        return times
