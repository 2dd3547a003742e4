"""What a channel was told, in the order it came: taken by the first that fits, with a limit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LIMIT = 5.0  # seconds; the crippled servers' scenarios wait less


@dataclass
class Patience:
    """How long a scenario waits for what should come, in seconds."""

    seconds: float = LIMIT


@dataclass(frozen=True)
class Event:
    """`kind` is status, system, broadcast, change or presence; `data` as the client gave it."""

    kind: str
    data: dict[str, Any]

    def fits(self, kind: str, wanted: dict[str, Any]) -> bool:
        """Tell whether it is of a kind and holds all that is wanted."""
        return self.kind == kind and all(self.data.get(k) == v for k, v in wanted.items())


class Inbox:
    """Events that nobody has taken yet."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._unread: list[Event] = []
        self._waiting: set[asyncio.Future[None]] = set()

    def put(self, kind: str, data: dict[str, Any]) -> None:
        """Add what came."""
        self._unread.append(Event(kind, data))
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def next(self, kind: str, **wanted: Any) -> dict[str, Any]:
        """Take the first event of a kind that holds these values; waits for it."""
        found = await self._first(lambda event: event.fits(kind, wanted), f"{kind} {wanted}")
        return found.data

    async def told(self, text: str) -> Event:
        """Take the first status or system message that contains a text.

        The Python client turns a system message of an error into a status CHANNEL_ERROR.
        """

        def fits(event: Event) -> bool:
            return event.kind in ("status", "system") and text in str(event.data)

        return await self._first(fits, repr(text))

    def unread(self, kind: str) -> list[dict[str, Any]]:
        """What came of a kind and was not taken."""
        return [event.data for event in self._unread if event.kind == kind]

    def clear(self) -> None:
        """Forget what came so far."""
        self._unread.clear()

    async def _first(self, fits: Callable[[Event], bool], wanted: str) -> Event:
        try:
            async with asyncio.timeout(self._patience.seconds):
                while True:
                    for place, event in enumerate(self._unread):
                        if fits(event):
                            return self._unread.pop(place)
                    await self._more()
        except TimeoutError:
            came = (
                "\n".join(f"  {event.kind} {event.data}" for event in self._unread) or "  nothing"
            )
            raise AssertionError(f"waited in vain for {wanted}; unread:{came}") from None

    async def _more(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await waiter
        finally:
            self._waiting.discard(waiter)
