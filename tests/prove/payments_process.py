"""The payments worker, or another, as a process: `-m tests.prove.payments_process Q [worker]`."""

from __future__ import annotations

import asyncio
import importlib
import sys

from preau import worker
from preau.handlers import Handler
from preau.log import configure
from preau.settings import get_settings


def main(queue: str, module: str = "payments") -> None:
    settings = get_settings()
    configure(settings)
    worked = importlib.import_module(f"workers.{module}")
    handler = Handler(queue, worked.Message, worked.handle)
    asyncio.run(worker.run([handler], settings))


if __name__ == "__main__":
    main(*sys.argv[1:])
