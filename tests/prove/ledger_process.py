"""A worker whose jobs write to the proofs' ledger: `-m tests.prove.ledger_process QUEUE`.

A job whose number is of the poisoned ones (every PROOF_POISON-th) crashes, each time.
"""

from __future__ import annotations

import asyncio
import os
import sys

from preau import worker
from preau.handlers import Context, Handler
from preau.log import configure
from preau.settings import get_settings
from tests.workers.rig import Ping

POISON = int(os.environ.get("PROOF_POISON", "0"))


async def handle(message: Ping, context: Context) -> None:
    """Write one line of the ledger, or fail as a defect does."""
    if POISON and message.n % POISON == 0:
        raise ValueError(f"job {message.n} is poison")
    await context.db.call("proof", {"job": message.n})


def main(queue: str) -> None:
    """Work the queue until SIGTERM."""
    settings = get_settings()
    configure(settings)
    asyncio.run(worker.run([Handler(queue, Ping, handle)], settings))


if __name__ == "__main__":
    main(sys.argv[1])
