"""What is said on a channel while the database is asked for what was said before.

It is kept as an outbox keeps what a slow reader has not read, and to the same limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from preau.local.realtime.frames import BinaryMessage, Message
    from preau.local.realtime.limits import Limits


class Held:
    """Messages in their order; `too_much` is called once, past the limits, and none is kept."""

    def __init__(self, limits: Limits, too_much: Callable[[], None]) -> None:
        self._limits = limits
        self._too_much = too_much
        self._messages: list[Message | BinaryMessage] = []
        self._size = 0
        self._is_over = False

    def __iter__(self) -> Iterator[Message | BinaryMessage]:
        return iter(self._messages)

    def add(self, message: Message | BinaryMessage) -> None:
        """Keep a message."""
        if self._is_over:
            return
        self._messages.append(message)
        self._size += len(message.payload)
        limits = self._limits
        if len(self._messages) > limits.outbox_messages or self._size > limits.outbox_bytes:
            self._is_over = True
            self._messages.clear()
            self._too_much()
