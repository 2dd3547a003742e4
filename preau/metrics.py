"""What a worker process counts, for Prometheus. Names and labels are a contract with dashboards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

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


@dataclass(frozen=True, slots=True)
class Counts:
    """The counters of one queue."""

    handled: Counter
    failed: Counter
    retried: Counter
    dead: Counter
    lost: Counter
    seconds: Histogram


class Metrics:
    """The counters of one process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._counters = {
            name: Counter(f"preau_jobs_{name}", text, ["queue"], registry=self.registry)
            for name, text in _COUNTERS.items()
        }
        self._seconds = Histogram(
            "preau_job_seconds",
            "How long handlers take.",
            ["queue"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._in_flight = Gauge(
            "preau_jobs_in_flight", "Jobs being handled now.", ["queue"], registry=self.registry
        )
        self._depths = {
            column: Gauge(name, text, ["queue"], registry=self.registry)
            for column, (name, text) in _DEPTHS.items()
        }
        self._up = Gauge(
            "preau_gateway_up", "1 if the gateway answered this scrape.", registry=self.registry
        )

    def of(self, queue: str) -> Counts:
        """Return the counters of a queue; they begin at zero, not at their first event."""
        named: dict[str, Any] = {name: each.labels(queue) for name, each in self._counters.items()}
        return Counts(**named, seconds=self._seconds.labels(queue))

    def watch_in_flight(self, queue: str, count: Callable[[], float]) -> None:
        """Ask `count` how many jobs of the queue run, at every scrape."""
        self._in_flight.labels(queue).set_function(count)

    def set_depths(self, rows: Iterable[Mapping[str, Any]] | None) -> None:
        """Take over what `worker.queue_depths` says; None: it did not answer, nothing is known."""
        self._up.set(rows is not None)
        for column, gauge in self._depths.items():
            gauge.clear()
            for row in rows or ():
                gauge.labels(row["queue"]).set(row[column])

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)
