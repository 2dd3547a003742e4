"""A temporary replication slot, and the stream of the log that begins at it.

Temporary, because it goes with its session: however we end, no slot stays behind to keep the log
from being recycled. What is written while there is none is told to nobody, as on hosted.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psycopg2
from psycopg2.extras import LogicalReplicationConnection, ReplicationCursor

# Values must read the same in every session, whatever a database or a role was told.
SETTINGS = {
    "datestyle": "ISO",
    "intervalstyle": "postgres",
    "extra_float_digits": "3",
    "bytea_output": "hex",
    "timezone": "UTC",
}
CONNECT_SECONDS = 5


@dataclass(frozen=True)
class Opened:
    """A stream that has begun; `start` is the position in the log from where it tells all."""

    cursor: ReplicationCursor
    name: str
    start: int


@asynccontextmanager
async def opened(dsn: str, publications: Sequence[str], patience: float) -> AsyncIterator[Opened]:
    """Stream what the publications tell, from now on, for as long as the block lasts.

    Postgres makes a slot only once every transaction that writes now is over. It waits at most
    `patience` seconds for any of them, then raises `psycopg2.errors.LockNotAvailable`.
    """
    connection = await asyncio.to_thread(_connect, dsn, patience)
    try:
        try:
            stream = await asyncio.to_thread(_start, connection, publications)
        except asyncio.CancelledError:
            with contextlib.suppress(psycopg2.Error):  # gone already, and so is what it was doing
                await asyncio.to_thread(connection.cancel)  # or it would wait out its patience
            raise
        yield stream
    finally:
        connection.close()


async def probe(dsn: str) -> None:
    """Raise `psycopg2.OperationalError` where Postgres takes nobody in: it is down or going."""

    def knock() -> None:
        psycopg2.connect(dsn, connect_timeout=CONNECT_SECONDS).close()

    await asyncio.to_thread(knock)


def _connect(dsn: str, patience: float) -> LogicalReplicationConnection:
    settings = SETTINGS | {"lock_timeout": f"{patience * 1000:.0f}"}
    connection: LogicalReplicationConnection = psycopg2.connect(
        dsn,
        connection_factory=LogicalReplicationConnection,
        connect_timeout=CONNECT_SECONDS,
        client_encoding="UTF8",
        application_name="realtime log",
        options=" ".join(f"-c {name}={value}" for name, value in settings.items()),
    )
    return connection


def _start(connection: LogicalReplicationConnection, publications: Sequence[str]) -> Opened:
    name = f"realtime_{uuid.uuid4().hex[:12]}"
    cursor = connection.cursor()
    # psycopg2's own method cannot say TEMPORARY.
    cursor.execute(f"CREATE_REPLICATION_SLOT {name} TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT")
    row = cursor.fetchone()
    high, low = row[1].split("/") if row else ("0", "0")
    names = ",".join('"' + each.replace('"', '""') + '"' for each in publications)
    options = {"proto_version": "1", "publication_names": names}
    cursor.start_replication(slot_name=name, options=options)
    return Opened(cursor, name, int(high, 16) << 32 | int(low, 16))
