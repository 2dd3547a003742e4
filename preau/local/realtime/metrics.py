"""What the server counts, for Prometheus. Plain numbers, made into metrics at a scrape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

TEXTS = {
    "sockets_opened": "Sockets that were opened.",
    "sockets_refused": "Handshakes that were refused.",
    "sockets_cut": "Sockets closed because they read too slowly.",
    "joins": "Channels that were joined.",
    "joins_refused": "Joins that were refused.",
    "frames_in": "Frames that clients sent, malformed ones included.",
    "frames_malformed": "Frames that could not be read and were ignored.",
    "messages_out": "Messages given to sockets.",
    "broadcasts": "Broadcasts passed on, from clients, over HTTP and from the database.",
    "changes": "Row changes read from the log.",
    "policy_checks": "Queries that asked a policy.",
}


@dataclass(eq=False)  # a registry keeps it by its identity
class Metrics(Collector):
    """Counters since the start, and gauges that are asked at a scrape."""

    sockets_opened: int = 0
    sockets_refused: int = 0
    sockets_cut: int = 0
    joins: int = 0
    joins_refused: int = 0
    frames_in: int = 0
    frames_malformed: int = 0
    messages_out: int = 0
    broadcasts: int = 0
    changes: int = 0
    policy_checks: int = 0
    gauges: dict[str, Callable[[], float]] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """Return the counters by their names."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name in TEXTS}

    def collect(self) -> Iterator[Metric]:
        """Yield every metric, as Prometheus asks for them."""
        for name, value in self.counts().items():
            yield CounterMetricFamily(f"preau_realtime_{name}", TEXTS[name], value=value)
        for name, ask in self.gauges.items():
            yield GaugeMetricFamily(f"preau_realtime_{name}", f"Now: {name}.", value=ask())

    def exposition(self) -> bytes:
        """Return the text of `/metrics`."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry)
