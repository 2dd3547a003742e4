"""How often one caller may write: counted by the database, as on a hosted project."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import psycopg
import pytest

from preau.local.postgrest import POOL
from tests.local.tokens import user_token
from tests.support.stack import UNLIMITED, Stack

Call = Callable[..., httpx.Response]
NOTE = "/rest/v1/rpc/test_note"


@pytest.fixture(scope="module")
def database(stack: Stack) -> Iterator[psycopg.Connection]:
    """The stack's database, with a function that writes, one that only reads, one that fails."""
    with psycopg.connect(stack.db_url, autocommit=True) as connection:
        connection.execute(
            """
            create or replace function public.test_note(fails boolean default false) returns void
            language plpgsql set search_path = '' as $$
            begin
                if fails then
                    raise exception 'as asked' using errcode = 'PT400';
                end if;
            end $$;
            create or replace function public.test_look() returns int stable
            language sql set search_path = '' as 'select 1';
            grant execute on function public.test_note, public.test_look
            to anon, authenticated, service_role
            """
        )
        headers = {"apikey": stack.secret_key}
        for _ in range(100):
            if httpx.post(stack.url + NOTE, headers=headers).is_success:
                break
            time.sleep(0.05)
        yield connection
        connection.execute("drop function public.test_note, public.test_look")


@pytest.fixture
def limit(database: psycopg.Connection) -> Iterator[Callable[[int, int], None]]:
    """Sets how many calls in how many seconds everybody has, as an operator would."""

    def set_to(calls: int, seconds: int) -> None:
        database.execute(
            "update private.api_limits set calls = %s, window_seconds = %s where true",
            [calls, seconds],
        )

    database.execute("truncate private.api_calls")
    yield set_to
    set_to(UNLIMITED, 60)


@pytest.fixture
def call(stack: Stack) -> Iterator[Call]:
    """Calls a function by POST: with a person's token, or the key alone."""
    with httpx.Client(base_url=stack.url, headers={"apikey": stack.publishable_key}) as client:

        def post(token: str = "", path: str = NOTE, **body: bool) -> httpx.Response:
            headers = {"authorization": f"Bearer {token}"} if token else {}
            return client.post(path, json=body, headers=headers)

        yield post


def somebody() -> str:
    return user_token(str(uuid4()))


def statuses(answers: list[httpx.Response]) -> list[int]:
    return [answer.status_code for answer in answers]


def test_the_call_after_the_last_is_refused_and_says_when_to_come_back(
    limit: Callable[[int, int], None], call: Call
) -> None:
    limit(3, 60)
    alice = somebody()
    assert statuses([call(alice) for _ in range(4)]) == [204, 204, 204, 429]
    refusal = call(alice)
    assert refusal.json()["details"] == "rate_limited"
    assert refusal.json()["code"] == "PT429"
    assert refusal.json()["message"].startswith("Trop de demandes")
    assert 55 <= int(refusal.headers["retry-after"]) <= 60
    assert "Retry-After" in refusal.headers["access-control-expose-headers"]


def test_one_persons_calls_are_not_anothers(limit: Callable[[int, int], None], call: Call) -> None:
    limit(1, 60)
    alice = somebody()
    assert statuses([call(alice), call(alice), call(somebody())]) == [204, 429, 204]


def test_a_new_token_is_not_a_new_person(limit: Callable[[int, int], None], call: Call) -> None:
    limit(1, 60)
    alice = str(uuid4())
    assert statuses([call(user_token(alice)), call(user_token(alice))]) == [204, 429]


def test_after_the_window_one_may_again(limit: Callable[[int, int], None], call: Call) -> None:
    limit(2, 1)
    alice = somebody()
    assert statuses([call(alice) for _ in range(3)]) == [204, 204, 429]
    time.sleep(int(call(alice).headers["retry-after"]) + 0.05)
    assert call(alice).status_code == 204


def test_reading_is_neither_counted_nor_refused(
    limit: Callable[[int, int], None], call: Call, stack: Stack
) -> None:
    limit(1, 60)
    alice = somebody()
    headers = {"apikey": stack.publishable_key, "authorization": f"Bearer {alice}"}
    url = f"{stack.url}/rest/v1/formations?select=id"
    assert statuses([httpx.get(url, headers=headers) for _ in range(3)]) == [200] * 3
    assert statuses([call(alice, "/rest/v1/rpc/test_look") for _ in range(3)]) == [200] * 3
    assert statuses([call(alice), call(alice)]) == [204, 429]
    assert httpx.get(url, headers=headers).status_code == 200


def test_writing_to_a_table_counts_too(
    limit: Callable[[int, int], None], call: Call, stack: Stack
) -> None:
    limit(1, 60)
    alice = somebody()
    headers = {"apikey": stack.publishable_key, "authorization": f"Bearer {alice}"}
    url = f"{stack.url}/rest/v1/profiles?id=eq.{uuid4()}"
    assert httpx.patch(url, json={"bio": "x"}, headers=headers).status_code == 204
    assert httpx.patch(url, json={"bio": "x"}, headers=headers).status_code == 429


def test_the_secret_key_is_not_counted(
    limit: Callable[[int, int], None], call: Call, stack: Stack
) -> None:
    limit(1, 60)
    headers = {"apikey": stack.secret_key}
    answers = [httpx.post(stack.url + NOTE, headers=headers) for _ in range(3)]
    assert statuses(answers) == [204] * 3


def test_a_visitor_is_counted_by_address_whatever_they_say_of_it(
    limit: Callable[[int, int], None], call: Call, stack: Stack, database: psycopg.Connection
) -> None:
    limit(1, 60)
    assert call().status_code == 204
    for forged in ("cf-connecting-ip", "x-forwarded-for", "x-real-ip"):
        headers = {"apikey": stack.publishable_key, forged: "203.0.113.7"}
        assert httpx.post(stack.url + NOTE, headers=headers).status_code == 429
    kept = database.execute("select caller::text from private.api_calls").fetchall()
    assert len(kept) == 1
    assert "127.0.0.1" not in str(kept)


def test_a_changed_limit_counts_at_once(limit: Callable[[int, int], None], call: Call) -> None:
    limit(1, 60)
    alice = somebody()
    assert statuses([call(alice), call(alice)]) == [204, 429]
    limit(2, 60)
    assert statuses([call(alice), call(alice)]) == [204, 429]


def test_without_a_limit_nothing_is_counted(
    limit: Callable[[int, int], None], call: Call, database: psycopg.Connection
) -> None:
    limit(1, 60)
    database.execute("update private.api_limits set calls = null where caller = 'person'")
    alice = somebody()
    assert statuses([call(alice) for _ in range(3)]) == [204] * 3
    assert database.execute("select from private.api_calls").fetchall() == []


def test_a_call_that_fails_takes_its_count_back(
    limit: Callable[[int, int], None], call: Call
) -> None:
    """Said in docs/operations.md: the count is part of the transaction that failed."""
    limit(1, 60)
    alice = somebody()
    assert statuses([call(alice, fails=True) for _ in range(3)]) == [400] * 3
    assert statuses([call(alice), call(alice, fails=True)]) == [204, 429]


def test_fifty_at_once_pass_the_limit_by_less_than_the_pool(
    limit: Callable[[int, int], None], call: Call
) -> None:
    limit(20, 60)
    alice = somebody()
    with ThreadPoolExecutor(50) as threads:
        answers = statuses(list(threads.map(lambda _: call(alice), range(50))))
    assert set(answers) == {204, 429}
    assert 20 <= answers.count(204) < 20 + POOL
    assert call(alice).status_code == 429
