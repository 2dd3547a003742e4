"""One way over one address: listeners opened, inserts made, and what came of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from bench.listeners import cost
from bench.listeners.crowd import Report, crowd
from bench.listeners.ways import Way
from bench.listeners.writer import Writer
from bench.stack import Target, console

TOPICS, EACH = 25, 20
LATEST = 3.0  # seconds after the last insert, by which all must have come
STEP, FASTEST = 1.5, 10_000.0
KEPT = 0.97  # of the wanted rate, or the database is what is too slow


@dataclass(frozen=True)
class Outcome:
    """What one run gave; `cpu` in percent of a core by process, `rss_mb` the server's."""

    wanted: float  # inserts a second
    rate: float
    expected: int
    report: Report
    cpu: Mapping[str, float]
    rss_mb: float

    @property
    def complete(self) -> bool:
        """Tell whether the rate was kept, and each message came to each listener, once."""
        heard, kept = self.report, self.rate >= KEPT * self.wanted
        return kept and heard.delivered == self.expected and heard.twice == heard.closed == 0

    def lines(self) -> list[str]:
        """Say it all."""
        heard, cpu = self.report, ", ".join(f"{k} {v:.0f} %" for k, v in self.cpu.items())
        came = f"{heard.delivered:,}/{self.expected:,} delivered"
        if heard.twice + heard.closed:
            came += f", {heard.twice} twice, {heard.closed} cut"
        late = f"p50 {heard.p50:.1f}, p95 {heard.p95:.1f}, p99 {heard.p99:.1f}, max {heard.max:.0f}"
        return [
            f"{self.rate:,.0f} of {self.wanted:,.0f} inserts/s, {came}",
            f"{late} ms",
            f"processor: {cpu}; server's memory {self.rss_mb:.0f} MB",
        ]


@dataclass(frozen=True)
class Scene:
    """A way through an address; `pids` has the `server` and whatever else is to be metered."""

    title: str
    target: Target
    way: Way
    url: str
    pids: Mapping[str, int]

    async def steady(self, rate: float, seconds: float) -> Outcome:
        """Insert at one rate."""
        return (await self._play([rate], seconds))[-1]

    async def highest(self, rate: float, seconds: float) -> list[Outcome]:
        """Insert ever faster until something is late or lost; that run is the last."""
        rates = []
        while rate < FASTEST:
            rates.append(rate)
            rate *= STEP
        return await self._play(rates, seconds)

    async def _play(self, rates: list[float], seconds: float) -> list[Outcome]:
        outcomes: list[Outcome] = []
        writer = await Writer.connect(self.target.database)
        try:
            async with crowd() as listeners:
                await listeners.open(self.url, self.way.groups(self.target, TOPICS, EACH))
                # The first inserts find cold caches, and are not what is asked about.
                await writer.insert(self.way.insert, TOPICS, 50, 1)
                await listeners.heard(50 * EACH, LATEST)
                for rate in rates:
                    await listeners.reset()
                    ours = {"listeners": listeners.pid, "writer": os.getpid()}
                    meter = cost.Meter({**self.pids, **ours})
                    written = await writer.insert(self.way.insert, TOPICS, rate, seconds)
                    cpu, expected = meter.percent(), written.inserts * EACH
                    heard = await listeners.heard(expected, LATEST)
                    memory = cost.resident_mb(self.pids["server"])
                    outcome = Outcome(rate, written.rate, expected, heard, cpu, memory)
                    outcomes.append(outcome)
                    if not outcome.complete:
                        break
        finally:
            await writer.close()
        return outcomes

    def tell(self, outcome: Outcome, title: str | None = None) -> None:
        """Print a run."""
        console.print(f"  {title or self.title}")
        for line in outcome.lines():
            console.print(f"    {line}", style="dim")
