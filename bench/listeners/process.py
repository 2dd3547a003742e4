"""The crowd's process: `python -m bench.listeners.process`, told what to do by JSON lines.

`{"do": "open", "groups": […]}` → how many are open; `count` → how many messages were delivered;
`report` → delivered, twice, closed, and percentiles in milliseconds; `reset` and `close` → null.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from typing import Any

import uvloop

from bench.listeners.wire import Heard, Listener, push

AT_ONCE = 50
HEARTBEAT_SECONDS = 25.0


class Crowd:
    """Every open listener."""

    def __init__(self) -> None:
        self.heard = Heard()
        self.listeners: list[tuple[str, Listener]] = []

    async def open(self, host: str, port: int, groups: list[dict[str, Any]]) -> int:
        """Open each group's `count` listeners and wait until all are served."""
        turn = asyncio.Semaphore(AT_ONCE)

        async def one(group: dict[str, Any]) -> None:
            loop = asyncio.get_running_loop()
            listener = Listener(
                group["path"],
                group["hello"],
                [word.encode() for word in group["expected"]],
                self.heard,
                loop.create_future(),
            )
            async with turn:
                await loop.create_connection(lambda: listener, host, port)
                async with asyncio.timeout(30):
                    await listener.ready
            self.listeners.append((group.get("version", ""), listener))

        await asyncio.gather(*(one(group) for group in groups for _ in range(group["count"])))
        gc.freeze()  # the collector's pauses would be counted as the server's
        return len(self.listeners)

    def reset(self) -> None:
        """Forget what was heard."""
        self.heard.latencies.clear()
        self.heard.twice = self.heard.closed = 0
        for _, listener in self.listeners:
            listener.seen.clear()

    def delivered(self) -> int:
        """How many messages came, each counted once for each listener."""
        return len(self.heard.latencies) - self.heard.twice

    def report(self) -> dict[str, float]:
        """Say what was heard since the reset."""
        waited = sorted(self.heard.latencies) or [0]
        shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
        last = len(waited) - 1
        facts = {name: waited[min(last, int(len(waited) * q))] / 1000 for name, q in shares.items()}
        counted = {"twice": self.heard.twice, "closed": self.heard.closed}
        return {"delivered": self.delivered(), **counted, **facts}

    async def beat(self) -> None:
        """Send every Realtime listener's heartbeats, spread over their period."""
        while True:
            pause = HEARTBEAT_SECONDS / (len(self.listeners) + 1)
            for version, listener in tuple(self.listeners):
                if version:
                    listener.send(push(version, "phoenix", "heartbeat", {}))
                await asyncio.sleep(pause)
            await asyncio.sleep(pause)

    def close(self) -> None:
        """Let everybody go."""
        for _, listener in self.listeners:
            listener.close()
        self.listeners.clear()


async def main() -> None:
    """Obey until standard input ends."""
    loop, crowd, lines = asyncio.get_running_loop(), Crowd(), asyncio.StreamReader(2**24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    beating = asyncio.create_task(crowd.beat())
    while line := await lines.readline():
        told = json.loads(line)
        said: object = None
        match told["do"]:
            case "open":
                said = await crowd.open(told["host"], told["port"], told["groups"])
            case "count":
                said = crowd.delivered()
            case "report":
                said = crowd.report()
            case "reset":
                crowd.reset()
            case _:
                crowd.close()
        print(json.dumps(said), flush=True)
    beating.cancel()


if __name__ == "__main__":
    uvloop.run(main())
