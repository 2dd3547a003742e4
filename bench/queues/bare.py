"""Bare pgmq: read a hundred, delete a hundred, one direct connection, no handler at all."""

from __future__ import annotations

import psycopg

from bench.queues.worker import database, report, wait_for_go

QUEUE = "bench_noop"


def main() -> None:
    """Work until a read gives nothing."""
    done = 0
    with psycopg.connect(database(), autocommit=True) as connection:
        wait_for_go()
        while True:
            read = "select msg_id from pgmq.read(%s, 60, 100)"
            ids = [row[0] for row in connection.execute(read, [QUEUE])]
            if not ids:
                break
            connection.execute("select pgmq.delete(%s, %s::bigint[])", [QUEUE, ids])
            done += len(ids)
    report(done)


if __name__ == "__main__":
    main()
