"""A real handler as a process on a queue of the test's own: `-m tests.prove.process MODULE QUEUE`.

PREAU_CRASH_AT names the point by the handler's own queue (`payments.claimed`), whatever the queue
of the test is called.
"""

from __future__ import annotations

import asyncio
import dataclasses
import importlib
import os
import sys

from preau import worker
from preau.handlers import of_module
from preau.log import configure
from preau.settings import get_settings


def main(module: str, queue: str) -> None:
    """Work the queue until SIGTERM."""
    handler = of_module(importlib.import_module(f"workers.{module}"))
    point = os.environ.get("PREAU_CRASH_AT", "")
    if point.endswith((".claimed", ".before_settle")):  # the runtime's own, named after the queue
        os.environ["PREAU_CRASH_AT"] = f"{queue}.{point.split('.')[1]}"
    settings = get_settings()
    configure(settings)
    asyncio.run(worker.run([dataclasses.replace(handler, queue=queue)], settings))


if __name__ == "__main__":
    main(*sys.argv[1:])
