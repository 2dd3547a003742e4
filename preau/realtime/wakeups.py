"""Wake-ups: the broadcast that `private.wake_workers` sends when an idle queue gets a job.

One private topic a queue, `jobs:<queue>`: a process hears only of its own queues, which counts,
since hosted Realtime counts every delivery. Joining costs one look at the policies each, and the
service role passes them. The hundred channels that hosted allows a connection are far more than a
process has queues; a queue whose topic is refused is polled as if there were no Realtime.
"""

from __future__ import annotations

from typing import Protocol

from preau.realtime.listener import Listener


class Sleeper(Protocol):
    """Who sleeps while its queue is empty: a consumer."""

    name: str

    def nudge(self) -> None:
        """Look into the queue at once."""

    def rely_on_waking(self, woken: bool) -> None:
        """Sleep longer, or not any more."""


def wake_ups(sleeper: Sleeper) -> Listener:
    """Return what a consumer must hear to be woken."""
    return Listener(
        f"jobs:{sleeper.name}",
        lambda channel: channel.on_broadcast("wake", lambda _payload: sleeper.nudge()),
        sleeper.rely_on_waking,
    )
