"""What is told of each settled job: one line of log, with its ids, and the counters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from preau.jobs import Done, Failed
from preau.log import get_logger

if TYPE_CHECKING:
    from preau.handling import Finished
    from preau.jobs import Settled
    from preau.metrics import Metrics


class Reports:
    """Tells what became of the jobs of one queue."""

    def __init__(self, queue: str, metrics: Metrics) -> None:
        self._log = get_logger(queue=queue).bind()  # once, not at each line
        self._counts = metrics.of(queue)

    def settled(self, batch: list[Finished], settled: Settled) -> None:
        """Tell of every result that a call has settled, and of jobs that it found worn out."""
        for item in batch:
            self._one(item, settled)
        for msg_id in settled.dead.difference(item.result.lease.id for item in batch):
            self._counts.dead += 1
            self._log.error("job.dead", msg_id=msg_id, code="attempts_exhausted")

    def _one(self, item: Finished, settled: Settled) -> None:
        result, counts = item.result, self._counts
        fields: dict[str, object] = {
            "msg_id": result.lease.id,
            "read_ct": result.lease.read_ct,
            "ms": round(item.seconds * 1000, 1),
        }
        counts.took(item.seconds)
        if isinstance(result, Failed):
            fields |= {"code": result.code, "message": result.message}
        if result.lease.id in settled.stale:
            # Sent twice, the first time may have counted: then nothing was lost.
            self._log.warning("job.lost", resent=item.sent, **fields)
            counts.lost += 1
        elif isinstance(result, Done):
            self._log.info("job.done", **fields)
            counts.handled += 1
        elif result.retry_in is None or result.lease.id in settled.dead:
            self._log.error("job.dead", **fields)
            counts.failed += 1
            counts.dead += 1
        else:
            self._log.warning("job.retried", retry_in=round(result.retry_in, 1), **fields)
            counts.failed += 1
            counts.retried += 1
