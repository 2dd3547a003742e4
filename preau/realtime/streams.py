"""Realtime for handlers: row changes and presence as streams of typed events."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, cast
from uuid import uuid4

from realtime import RealtimePostgresChangesListenEvent

from preau.log import get_logger
from preau.realtime.events import PresenceChange, Reconnected, RowChange, Verb
from preau.realtime.listener import Listener
from preau.realtime.told import Told

if TYPE_CHECKING:
    from realtime import AsyncRealtimeChannel, SuccessSystemPayload
    from realtime.types import PostgresChangesPayload

    from preau.realtime.connection import Connection


class Realtime:
    """What a handler may listen to. Close a stream that you leave early: `contextlib.aclosing`.

    A stream never ends by itself. It begins with `Reconnected`, and gives another one whenever
    something may have been missed: the connection broke, or the handler fell too far behind. What
    Realtime refuses is told to the log once (`realtime.refused`) and asked for again, ever more
    rarely: the stream begins when it is granted.
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
        beside the primary key. A table that is not published, and a column or filter that there is
        not, are refused. Raises ValueError for a verb that there is not.
        """
        event = RealtimePostgresChangesListenEvent(verb or "*")

        def attach(told: Told[RowChange], channel: AsyncRealtimeChannel) -> None:
            channel.on_system(partial(_listens, told))
            channel.on_postgres_changes(
                event,
                partial(_changed, told),
                table=table,
                schema=schema,
                filter=matching,
                select=list(columns) or None,
            )

        told: Told[RowChange] = Told()
        listener = Listener(f"changes:{uuid4().hex}", partial(attach, told))
        with self._heard(listener):
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

        told = Told(present)

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

        with self._heard(Listener(topic, attach, changed)):
            while True:
                yield await told.get()

    @contextmanager
    def _heard(self, listener: Listener) -> Iterator[None]:
        self._connection.add(listener)
        try:
            yield
        finally:
            self._connection.remove(listener)


def _listens(told: Told[RowChange], said: SuccessSystemPayload) -> None:
    """Begin when the server says that it reads the table for us: that is after the join."""
    if said.extension == "postgres_changes":
        told.start_anew()


def _changed(told: Told[RowChange], payload: PostgresChangesPayload) -> None:
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
