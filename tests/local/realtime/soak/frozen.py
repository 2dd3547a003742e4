"""A process full of joined sockets, made to be stopped in the middle: a peer that is half open.

`python -m tests.local.realtime.soak.frozen URL KEY TOKEN`: says `ready` when all have joined.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack

from tests.local.realtime.wire import VERSIONS, wire

SOCKETS = 10


async def main(url: str, key: str, token: str) -> None:
    """Join, and wait to be stopped."""
    async with AsyncExitStack() as opened:
        for number in range(SOCKETS):
            at = await opened.enter_async_context(wire(url, key, VERSIONS[number % 2]))
            config = {"private": True, "presence": {"enabled": True}}
            joined = await at.join(f"realtime:town:{number % 3}", config, token)
            assert joined["status"] == "ok", joined
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
