"""The payments worker as a process on a queue of one's own: `-m tests.prove.payments_process Q`."""

from __future__ import annotations

import asyncio
import sys

from preau import worker
from preau.handlers import Handler
from preau.log import configure
from preau.settings import get_settings
from workers import payments


def main(queue: str) -> None:
    settings = get_settings()
    configure(settings)
    handler = Handler(queue, payments.Message, payments.handle)
    asyncio.run(worker.run([handler], settings))


if __name__ == "__main__":
    main(sys.argv[1])
