"""`preau work --watch`: the queues, live, until Ctrl-C. It works nothing itself."""

from __future__ import annotations

import time
from typing import Any

from rich.console import Group
from rich.live import Live
from rich.text import Text

from preau.cli import service
from preau.cli.console import out
from preau.cli.jobs import queues_table
from preau.errors import PreauError
from preau.local.paths import Home

EVERY_SECONDS = 1.0


class Watch:
    """Turns what `worker.queue_depths` says, one time after another, into what is shown."""

    def __init__(self, queues: list[str]) -> None:
        self._queues = queues
        self._before: dict[str, dict[str, Any]] = {}
        self._at = 0.0

    def picture(self, rows: list[dict[str, Any]], now: float) -> Group:
        """Return the table, with what came in and went out a second since the last call."""
        shown = [row for row in rows if not self._queues or row["queue"] in self._queues]
        rates = [self._rates(row, now) for row in shown]
        table = queues_table(
            shown, {"in/s": [came for came, _ in rates], "out/s": [went for _, went in rates]}
        )
        self._before = {row["queue"]: row for row in rows}
        self._at = now
        return Group(table, Text("Ctrl-C ends this; nothing is worked here.", style="dim"))

    def _rates(self, row: dict[str, Any], now: float) -> tuple[str, str]:
        before = self._before.get(row["queue"])
        if before is None or now <= self._at:
            return "", ""
        sent = row["sent"] - before["sent"]
        gone = sent - (row["depth"] - before["depth"])
        return f"{sent / (now - self._at):.1f}", f"{max(gone, 0) / (now - self._at):.1f}"


def watch(home: Home, queues: list[str]) -> None:
    """Show the queues until Ctrl-C; an outage is said and outlived."""
    for name in queues:
        service.queue(home, name)
    watching = Watch(queues)
    try:
        with Live(console=out, auto_refresh=False, screen=out.is_terminal) as live:
            while True:
                shown = _look(home, watching)
                if out.is_terminal:
                    live.update(shown, refresh=True)
                else:
                    out.print(shown)
                time.sleep(EVERY_SECONDS)
    except KeyboardInterrupt:
        return


def _look(home: Home, watching: Watch) -> Group | Text:
    try:
        return watching.picture(service.queues(home), time.monotonic())
    except PreauError as error:
        return Text(f"{error.message} Trying again.", style="red")
