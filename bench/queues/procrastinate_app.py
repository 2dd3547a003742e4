"""procrastinate's app, with the one task that is measured."""

from __future__ import annotations

import procrastinate


class Noop:
    """The app and its one task, which counts."""

    def __init__(self, url: str) -> None:
        self.done = 0
        self.app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))
        self.task = self.app.task(name="noop")(self._run)

    async def _run(self, n: int, pad: str = "") -> None:
        self.done += 1
