"""Realtime as workers use it: one supervised connection a process, wake-ups, streams for handlers.

The queues and the tables are the truth; Realtime only says when to look. Nothing here replays what
was missed, so every stream says when it may have missed something.
"""

from __future__ import annotations

from preau.realtime.connection import Connection
from preau.realtime.events import PresenceChange, Reconnected, RowChange
from preau.realtime.listener import Listener
from preau.realtime.streams import Realtime
from preau.realtime.wakeups import wake_ups

__all__ = [
    "Connection",
    "Listener",
    "PresenceChange",
    "Realtime",
    "Reconnected",
    "RowChange",
    "wake_ups",
]
