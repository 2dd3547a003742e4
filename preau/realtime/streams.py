"""Realtime for handlers: row changes and presence as streams of typed events."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final, Generic, TypeVar, cast
from uuid import uuid4

from realtime import RealtimePostgresChangesListenEvent

from preau.log import get_logger
from preau.realtime.events import PresenceChange, Reconnected, RowChange, Verb
from preau.realtime.listener import Listener

if TYPE_CHECKING:
    from realtime import AsyncRealtimeChannel, SuccessSystemPayload
    from realtime.types import PostgresChangesPayload

    from preau.realtime.connection import Connection

MOST_WAITING: Final = 1000  # events a handler is behind, before it is told to read anew instead
_Event = TypeVar("_Event", bound=RowChange | PresenceChange)


class Realtime:
    """What a handler may listen to. Close a stream that you leave early: `contextlib.aclosing`.

    A stream never ends by itself. It begins with `Reconnected`, and gives another one whenever
    something may have been missed: the connection broke, or the handler fell too far behind.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def changes(
        self,
        table: str,
        *,
        schema: str = "public",
        verb: Verb | None = None,
        matching: str | None = None,
        columns: Sequence[str] = (),
    ) -> AsyncGenerator[RowChange | Reconnected]:
        """Tell the committed changes of a published table, as far as the secret key sees them.

        `matching` is a filter such as `status=eq.paid`; `columns`, if given, are all that is told
        beside the primary key. Raises ValueError for a verb that there is not.
        """
        event = RealtimePostgresChangesListenEvent(verb or "*")

        def attach(told: _Told[RowChange], channel: AsyncRealtimeChannel) -> None:
            channel.on_system(partial(_listens, told))
            channel.on_postgres_changes(
                event,
                partial(_changed, told),
                table=table,
                schema=schema,
                filter=matching,
                select=list(columns) or None,
            )

        told: _Told[RowChange] = _Told()
        listener = Listener(f"changes:{uuid4().hex}", partial(attach, told))
        async with self._heard(listener):
            while True:
                yield await told.get()

    async def presence(self, topic: str) -> AsyncGenerator[PresenceChange | Reconnected]:
        """Tell who comes to a private topic and who leaves it.

        Raises PreauError if this process listens to the topic already.
        """
        channels: list[AsyncRealtimeChannel] = []

        def present() -> list[PresenceChange]:
            state = channels[-1].presence_state()
            return [PresenceChange(key, joined=tuple(metas)) for key, metas in state.items()]

        told = _Told(present)

        def attach(channel: AsyncRealtimeChannel) -> None:
            channels[:] = [channel]
            channel.on_presence_join(
                lambda key, _before, new: told.put(PresenceChange(key, joined=tuple(new)))
            )
            channel.on_presence_leave(
                lambda key, _rest, left: told.put(PresenceChange(key, left=tuple(left)))
            )

        def changed(joined: bool) -> None:
            if joined:
                told.start_anew()

        async with self._heard(Listener(topic, attach, changed)):
            while True:
                yield await told.get()

    @asynccontextmanager
    async def _heard(self, listener: Listener) -> AsyncIterator[None]:
        self._connection.add(listener)
        try:
            yield
        finally:
            await self._connection.remove(listener)


class _Told(Generic[_Event]):
    """What was told and not yet read. When it is too much, the reader is to begin anew.

    `present` returns what a reader who begins anew must hear at once.
    """

    def __init__(self, present: Callable[[], Sequence[_Event]] = tuple) -> None:
        self._present = present
        self._waiting: deque[_Event | Reconnected] = deque()
        self._most = MOST_WAITING
        self._some = asyncio.Event()

    def put(self, event: _Event) -> None:
        if len(self._waiting) >= self._most:
            self.start_anew()
        else:
            self._waiting.append(event)
            self._some.set()

    def start_anew(self) -> None:
        present = self._present()
        self._most = MOST_WAITING + len(present)
        self._waiting.clear()
        self._waiting.append(Reconnected())
        self._waiting.extend(present)
        self._some.set()

    async def get(self) -> _Event | Reconnected:
        while not self._waiting:
            self._some.clear()
            await self._some.wait()
        return self._waiting.popleft()


def _listens(told: _Told[RowChange], said: SuccessSystemPayload) -> None:
    """Begin when the server says that it reads the table for us: that is after the join."""
    if said.extension == "postgres_changes":
        told.start_anew()


def _changed(told: _Told[RowChange], payload: PostgresChangesPayload) -> None:
    """Tell a row; what cannot be read was missed, and is not to end the reading of the others."""
    try:
        row = _row_change(payload)
    except Exception:  # noqa: BLE001 - whatever is wrong with it
        get_logger().exception("realtime.unreadable")
        told.start_anew()
    else:
        told.put(row)


def _row_change(payload: PostgresChangesPayload) -> RowChange:
    data = payload["data"]
    errors = data["errors"] or ()
    return RowChange(
        verb=cast("Verb", data["type"].value),
        schema=data["schema"],
        table=data["table"],
        committed_at=datetime.fromisoformat(data["commit_timestamp"]),
        record=data.get("record") or {},
        old_record=data.get("old_record") or {},
        errors=(errors,) if isinstance(errors, str) else tuple(errors),
    )
