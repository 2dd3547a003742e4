"""Idle workers are woken by one broadcast; a busy queue sends none; clients have no part in it."""

from __future__ import annotations

from typing import LiteralString

import psycopg
import pytest

from tests.support.database import Db, acting_as, column, connect, rows, value
from tests.support.jobs import send
from tests.support.people import ANON, SERVICE, Cast

TOPIC = "jobs:emails"


def idle(db: Db) -> None:
    with acting_as(db, SERVICE):
        value(db, "select worker.settle('emails', claim => 10, idle => true)")


def broadcasts(db: Db) -> list[str]:
    return column(db, "select topic from realtime.messages where event = 'wake' and private")


def test_an_idle_worker_is_woken_once(db: Db) -> None:
    idle(db)
    send(db, 1, 2, 3)
    assert broadcasts(db) == [TOPIC]


def test_ten_idle_workers_are_woken_by_one_broadcast(db: Db) -> None:
    for _ in range(10):
        idle(db)
    send(db, 1, 2)
    assert broadcasts(db) == [TOPIC]


def test_a_busy_queue_sends_nothing(db: Db) -> None:
    send(db, *range(5))
    idle(db)  # it found something: it does not wait
    send(db, 6)
    assert broadcasts(db) == []


def test_a_worker_that_does_not_ask_is_not_woken(db: Db) -> None:
    with acting_as(db, SERVICE):
        value(db, "select worker.settle('emails', claim => 10)")
    send(db, 1)
    assert broadcasts(db) == []


def test_another_queue_wakes_nobody(db: Db) -> None:
    idle(db)
    send(db, 1, queue="payments")
    assert broadcasts(db) == []


def test_a_delayed_job_wakes_nobody_before_its_time(db: Db) -> None:
    idle(db)
    value(db, "select private.enqueue('emails', '{}', null, 61)")
    value(db, "select private.enqueue('emails', '{}', null, 6000)")
    assert broadcasts(db) == []
    db.execute("update private.delayed_jobs set due_at = now()")
    db.execute("select private.sweep_jobs()")
    assert broadcasts(db) == [TOPIC]


def test_a_short_delay_is_announced_so_that_its_end_is_known(db: Db) -> None:
    idle(db)
    value(db, "select private.enqueue('emails', '{}', null, 60)")
    assert broadcasts(db) == [TOPIC]


def test_a_worker_that_waits_no_more_is_forgotten(db: Db) -> None:
    idle(db)
    db.execute("update private.worker_waiting set until = now() - interval '1 second'")
    send(db, 1)
    assert broadcasts(db) == []
    db.execute("select private.sweep_jobs()")
    assert rows(db, "select from private.worker_waiting") == []


def test_enqueueing_does_not_wait_for_another_that_is_waking(fresh: Db, url: str) -> None:
    idle(fresh)
    with connect(url) as other, other.transaction():
        send(other, 1)
        fresh.execute("set statement_timeout = '2s'")
        send(fresh, 2)
        idle(fresh)  # nor does a worker
    assert broadcasts(fresh) == [TOPIC]


def test_a_broadcast_that_fails_loses_no_job(db: Db) -> None:
    idle(db)
    db.execute(
        "create function private.broken() returns trigger language plpgsql"
        " as $$ begin raise exception 'broken'; end $$"
    )
    db.execute(
        "create trigger broken before delete on private.worker_waiting"
        " for each row execute function private.broken()"
    )
    assert send(db, 1)
    assert len(rows(db, "select from pgmq.q_emails")) == 1


@pytest.mark.parametrize("name", ["anon", "alice", "adele"])
def test_clients_neither_hear_nor_send_wake_ups(db: Db, cast: Cast, name: str) -> None:
    idle(db)
    send(db, 1)
    actor = ANON if name == "anon" else getattr(cast, name)
    db.execute("select set_config('realtime.topic', %s, true)", [TOPIC])
    with acting_as(db, actor):
        assert rows(db, "select from realtime.messages") == []
    insertion: LiteralString = (
        "insert into realtime.messages (topic, event, extension, payload, private)"
        " values ('jobs:emails', 'wake', 'broadcast', '{}', true)"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting_as(db, actor):
        db.execute(insertion)


@pytest.fixture
def generous(db: Db) -> Db:
    """The database with policies that open every private topic to everybody."""
    db.execute(
        "create policy generous_read on realtime.messages for select"
        " to anon, authenticated using (true)"
    )
    db.execute(
        "create policy generous_write on realtime.messages for insert"
        " to anon, authenticated with check (true)"
    )
    return db


@pytest.mark.parametrize("name", ["anon", "alice", "adele"])
def test_no_policy_opens_the_topics_of_workers_by_being_too_general(
    generous: Db, cast: Cast, name: str
) -> None:
    insertion = (
        "insert into realtime.messages (topic, event, extension, payload, private)"
        " values (%s, 'wake', 'broadcast', '{}', true)"
    )
    actor = ANON if name == "anon" else getattr(cast, name)
    for topic in (TOPIC, "jobs:", "room"):
        generous.execute(insertion, [topic])
    with acting_as(generous, actor):
        assert column(generous, "select topic from realtime.messages") == ["room"]
        generous.execute(insertion, ["room"])
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting_as(generous, actor):
        generous.execute(insertion, [TOPIC])


def test_without_such_policies_no_private_topic_is_open(db: Db, cast: Cast) -> None:
    permissive = rows(
        db,
        "select from pg_policies where schemaname = 'realtime' and permissive = 'PERMISSIVE'",
    )
    assert permissive == []
    insertion: LiteralString = (
        "insert into realtime.messages (topic, event, extension, payload, private)"
        " values ('room', 'hello', 'broadcast', '{}', true)"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting_as(db, cast.alice):
        db.execute(insertion)
