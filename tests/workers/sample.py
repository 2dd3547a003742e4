"""A worker process for tests: `python -m tests.workers.sample QUEUE SECONDS FILE`.

Each message takes SECONDS and adds a line `<n> <attempt>` to FILE when it begins and `done <n>`
when it ends.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from preau import worker
from preau.handlers import Context, Handler
from preau.log import configure
from preau.settings import get_settings
from tests.workers.rig import Ping


def main(queue: str, seconds: str, diary: str) -> None:
    file = Path(diary)

    def note(line: str) -> None:
        with file.open("a") as out:
            out.write(f"{line}\n")

    async def handle(message: Ping, context: Context) -> None:
        note(f"{message.n} {context.attempt}")
        await asyncio.sleep(float(seconds))
        note(f"done {message.n}")

    settings = get_settings()
    configure(settings)
    asyncio.run(worker.run([Handler(queue, Ping, handle)], settings))


if __name__ == "__main__":
    main(*sys.argv[1:])
