"""The peer: LISTEN on one connection, and `websockets` gives each notification to its topic.

`python -m bench.listeners.relay PORT CHANNEL` with the database in BENCH_DATABASE. No tokens, no
policies, no joins: the path is the topic. A notification is `topic` and a JSON text, by a space.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict

import asyncpg
import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve


async def main(port: int, channel: str) -> None:
    """Relay until killed."""
    listeners: defaultdict[str, set[ServerConnection]] = defaultdict(set)

    def notified(_: object, pid: int, __: str, payload: str) -> None:
        topic, _space, text = payload.partition(" ")
        broadcast(listeners[topic], text)

    async def served(connection: ServerConnection) -> None:
        assert connection.request is not None
        here = listeners[connection.request.path.rpartition("/")[2]]
        here.add(connection)
        try:
            await connection.wait_closed()
        finally:
            here.discard(connection)

    database = await asyncpg.connect(os.environ["BENCH_DATABASE"])
    await database.add_listener(channel, notified)
    async with serve(served, "127.0.0.1", port, compression=None, ping_interval=None) as server:
        print("ready", flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.argv[2]))
