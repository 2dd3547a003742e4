"""Jobs in line: of one key one at a time and the oldest first, whoever claims and however many."""

from __future__ import annotations

import threading
import time
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.support.database import Db, column, connect, refused, value
from tests.support.jobs import Job, claim, failure, send, settle
from tests.support.races import at_once


@pytest.fixture
def lined(db: Db) -> Db:
    db.execute("select private.tune_queue('emails', ordered_by => 'order_id')")
    return db


def line(key: str, *steps: int) -> list[dict[str, Any]]:
    return [{"order_id": key, "step": step} for step in steps]


def steps(jobs: list[Job]) -> list[tuple[str, int]]:
    return sorted((job["payload"]["order_id"], job["payload"]["step"]) for job in jobs)


def test_only_the_oldest_job_of_each_key_is_claimed(lined: Db) -> None:
    send(lined, *line("a", 1, 2), *line("b", 1, 2))
    assert steps(claim(lined)) == [("a", 1), ("b", 1)]
    assert claim(lined) == []


def test_the_next_of_a_key_comes_when_the_one_before_is_done(lined: Db) -> None:
    send(lined, *line("a", 1, 2, 3))
    seen = []
    jobs = claim(lined)
    while jobs:
        seen += steps(jobs)
        jobs = settle(lined, done=jobs, claim=10)["jobs"]
    assert seen == [("a", 1), ("a", 2), ("a", 3)]


def test_nothing_of_a_key_overtakes_a_job_that_waits_for_its_retry(lined: Db) -> None:
    send(lined, *line("a", 1, 2), *line("b", 1))
    jobs = claim(lined)
    first = next(job for job in jobs if job["payload"]["order_id"] == "a")
    settle(lined, failed=[failure(first, 600.0)])
    assert claim(lined) == []


def test_a_dead_job_gives_its_place_to_the_next(lined: Db) -> None:
    send(lined, *line("a", 1, 2))
    settle(lined, failed=[failure(claim(lined)[0])])
    assert steps(claim(lined)) == [("a", 2)]


def test_a_job_that_is_not_due_yet_holds_nobody_up(lined: Db) -> None:
    value(lined, "select private.enqueue('emails', %s, null, 60)", Jsonb(line("a", 1)[0]))
    send(lined, *line("a", 2))
    assert steps(claim(lined)) == [("a", 2)]


def test_a_job_that_became_due_waits_for_the_one_under_way(lined: Db) -> None:
    value(lined, "select private.enqueue('emails', %s, null, 60)", Jsonb(line("a", 1)[0]))
    send(lined, *line("a", 2))
    claim(lined)
    lined.execute("update pgmq.q_emails set vt = now() - interval '1 s' where read_ct = 0")
    assert claim(lined) == []


def test_jobs_without_the_key_are_in_no_line(lined: Db) -> None:
    send(lined, {"n": 1}, {"n": 2})
    assert len(claim(lined)) == 2


def test_a_long_line_does_not_make_claiming_slow(lined: Db) -> None:
    """A join would compare each of ten thousand jobs with each other."""
    lined.execute(
        "insert into pgmq.q_emails (vt, message)"
        ' select clock_timestamp(), \'{"order_id": "a"}\' from generate_series(1, 10000)'
    )
    lined.execute("analyze pgmq.q_emails")
    lined.execute("set local statement_timeout = '10s'")
    assert len(claim(lined)) == 1


def test_an_unknown_queue_cannot_be_tuned(db: Db) -> None:
    with refused("queue_not_found", 404):
        value(db, "select private.tune_queue('nothing', 1)")


def test_priority_is_told_with_each_answer(db: Db) -> None:
    db.execute("select private.tune_queue('emails', 50)")
    assert settle(db, claim=1)["priority"] == 50


def test_eight_claimers_at_once_take_each_key_once(fresh: Db, url: str) -> None:
    fresh.execute("select private.tune_queue('emails', ordered_by => 'order_id')")
    for step in range(4):
        send(fresh, *({"order_id": f"o{n}", "step": step} for n in range(40)))

    def act(db: Db) -> list[Job]:
        return list(value(db, "select worker.settle('emails', claim => 40) -> 'jobs'"))

    claims = at_once(url, [act] * 8)
    taken = [job for each in claims if isinstance(each, list) for job in each]
    assert not [each for each in claims if isinstance(each, psycopg.Error)]
    assert steps(taken) == sorted((f"o{n}", 0) for n in range(40))


def test_a_job_that_commits_late_does_not_run_beside_a_younger_one(fresh: Db, url: str) -> None:
    """Ids are given before commits: the older job may appear when the younger one is taken."""
    fresh.execute("select private.tune_queue('emails', ordered_by => 'order_id')")
    found: list[list[Job]] = []
    with connect(url) as late, connect(url) as first, connect(url) as second:
        other = threading.Thread(target=lambda: found.append(claim_in(second)))
        with first.transaction():
            with late.transaction():
                send(late, *line("a", 1))
                send(fresh, *line("a", 2))
                found.append(claim_in(first))
            other.start()
            time.sleep(0.3)  # it has its turn only after this transaction
        other.join(10)
    assert [steps(jobs) for jobs in found] == [[("a", 2)], []]
    assert column(fresh, "select read_ct from pgmq.q_emails order by msg_id") == [0, 1]


def claim_in(db: Db) -> list[Job]:
    return list(value(db, "select worker.settle('emails', claim => 10) -> 'jobs'"))
