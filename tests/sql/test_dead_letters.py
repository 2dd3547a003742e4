"""What an operator does with dead letters: look, replay, drop."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import shop
from tests.support.database import (
    Db,
    acting_as,
    column,
    forbidden,
    one,
    refused,
    rows,
    value,
)
from tests.support.jobs import claim, failure, send, settle
from tests.support.people import ANON, SERVICE, Cast
from tests.support.races import at_once


def bury(db: Db, *codes: str) -> list[int]:
    """Let a job die of each code; returns the letters' ids, oldest first."""
    send(db, *({"n": n} for n in range(len(codes))))
    jobs = claim(db, len(codes))
    settle(db, failed=[failure(j) | {"code": c} for j, c in zip(jobs, codes, strict=True)])
    return column(db, "select id from private.dead_letters order by id")


def replay(db: Db, ids: list[int] | None = None, code: str | None = None) -> int:
    with acting_as(db, SERVICE):
        found: int = value(db, "select worker.replay_dead_letters('emails', %s, %s)", ids, code)
    return found


def letters(db: Db, **params: Any) -> list[dict[str, Any]]:
    with acting_as(db, SERVICE):
        return rows(
            db,
            "select * from worker.dead_letters(%s, %s, %s)",
            params.get("queue"),
            params.get("after_id"),
            params.get("most", 100),
        )


def test_letters_are_listed_newest_first_a_page_at_a_time(db: Db) -> None:
    ids = bury(db, "a", "b", "c")
    page = letters(db, queue="emails", most=2)
    assert [row["id"] for row in page] == [ids[2], ids[1]]
    assert [row["id"] for row in letters(db, after_id=page[-1]["id"])] == [ids[0]]
    assert letters(db, queue="payments") == []


def test_a_page_has_at_most_500_letters(db: Db) -> None:
    bury(db, *(["a"] * 510))
    assert len(letters(db, most=10_000)) == 500


def test_a_letter_shows_payload_and_story(db: Db) -> None:
    (letter,) = bury(db, "smtp_refused")
    with acting_as(db, SERVICE):
        found = value(db, "select worker.dead_letter(%s)", letter)
        assert value(db, "select worker.dead_letter(%s)", letter + 1) is None
    assert (found["payload"], found["attempts"]) == ({"n": 0}, 1)
    assert [t["code"] for t in found["story"]] == ["smtp_refused"]


def test_a_replayed_job_has_all_its_attempts_again(db: Db) -> None:
    bury(db, "a")
    assert replay(db) == 1
    (job,) = claim(db)
    assert (job["read_ct"], job["payload"]) == (1, {"n": 0})
    assert rows(db, "select from private.dead_letters") == []
    assert replay(db) == 0


def test_only_the_letters_that_are_meant_are_replayed(db: Db) -> None:
    ids = bury(db, "a", "b", "a", "b")
    assert replay(db, ids=[ids[3]]) == 1
    assert replay(db, code="a") == 2
    assert column(db, "select id from private.dead_letters") == [ids[1]]
    with acting_as(db, SERVICE):
        assert value(db, "select worker.replay_dead_letters('payments')") == 0


def test_what_dies_again_meanwhile_is_not_replayed_for_ever(db: Db) -> None:
    ids = bury(db, "a", "a")
    with acting_as(db, SERVICE):
        query = "select worker.replay_dead_letters('emails', up_to_id => %s)"
        assert value(db, query, ids[0]) == 1
        assert value(db, query, ids[0]) == 0


def test_replaying_an_unknown_queue_is_refused(db: Db) -> None:
    with refused("queue_not_found", 404), acting_as(db, SERVICE):
        value(db, "select worker.replay_dead_letters('nothing')")


def test_a_mail_whose_letter_is_replayed_is_due_again(db: Db, cast: Cast) -> None:
    shop.enroll(db, cast.alice)
    (job, *_) = claim(db)
    mail = job["payload"]["email_id"]
    settle(db, failed=[failure(job)])
    status = "select status, error_code from public.email_messages where id = %s"
    assert one(db, status, mail) == {"status": "failed", "error_code": "smtp_refused"}
    assert replay(db) == 1
    assert one(db, status, mail) == {"status": "queued", "error_code": None}


def test_purging_drops_what_is_meant_and_nothing_else(db: Db) -> None:
    bury(db, "a", "b", "a")
    with acting_as(db, SERVICE):
        assert value(db, "select worker.purge_dead_letters('emails', code => 'a')") == 2
    assert column(db, "select code from private.dead_letters") == ["b"]
    assert claim(db) == []


def test_two_operators_at_once_replay_each_letter_once(fresh: Db, url: str) -> None:
    send(fresh, *range(50))
    settle(fresh, failed=[failure(job) for job in claim(fresh, 50)])
    counts = at_once(
        url, [lambda db: int(value(db, "select worker.replay_dead_letters('emails')"))] * 4
    )
    assert sum(each for each in counts if isinstance(each, int)) == 50
    assert len(claim(fresh, 100)) == 50


@pytest.mark.parametrize("name", ["anon", "alice", "adele"])
def test_nobody_else_sees_or_moves_a_letter(db: Db, cast: Cast, name: str) -> None:
    actor = ANON if name == "anon" else getattr(cast, name)
    for query in (
        "select * from worker.dead_letters()",
        "select worker.replay_dead_letters('emails')",
        "select worker.purge_dead_letters('emails')",
        "select * from private.dead_letters",
    ):
        with forbidden(), acting_as(db, actor):
            db.execute(query.encode())
