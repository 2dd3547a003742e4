"""A worker as a process on a queue of one's own: `-m tests.prove.payments_process QUEUE [NAME]`.

NAME is its module in `workers`, `payments` where nothing is said.
"""

from __future__ import annotations

import asyncio
import importlib
import sys

from preau import worker
from preau.handlers import Handler
from preau.log import configure
from preau.settings import get_settings


def main(queue: str, name: str = "payments") -> None:
    settings = get_settings()
    configure(settings)
    worker_of = importlib.import_module(f"workers.{name}")
    handler = Handler(queue, worker_of.Message, worker_of.handle)
    asyncio.run(worker.run([handler], settings))


if __name__ == "__main__":
    main(*sys.argv[1:])
