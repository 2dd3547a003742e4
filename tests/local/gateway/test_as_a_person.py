"""From sign-up to a query as oneself, and the time a query may take, through the gateway."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest
from supabase import acreate_client

from tests.local.auth.people import PASSWORD, link_in, mail_to, somebody
from tests.local.tokens import user_token
from tests.support.stack import Stack


@pytest.mark.usefixtures("whoami")
async def test_who_signs_up_confirms_and_signs_in_is_known_to_the_database(stack: Stack) -> None:
    client = await acreate_client(stack.url, stack.publishable_key)
    before: Any = (await client.rpc("test_gateway_whoami").execute()).data
    assert before["role"] == "anon"

    email = somebody()
    await client.auth.sign_up({"email": email, "password": PASSWORD})
    async with httpx.AsyncClient() as browser:
        await browser.get(link_in(await mail_to(stack, email)))
    session = await client.auth.sign_in_with_password({"email": email, "password": PASSWORD})
    assert session.user is not None

    after: Any = (await client.rpc("test_gateway_whoami").execute()).data
    assert (after["role"], after["sub"]) == ("authenticated", session.user.id)


@pytest.fixture(scope="module")
def slow(stack: Stack, whoami: str) -> Iterator[str]:
    """The path of a function that takes as many seconds as it is told."""
    with psycopg.connect(stack.db_url, autocommit=True) as database:
        database.execute(
            """
            create or replace function public.test_gateway_sleep(seconds float) returns void
            language sql set search_path = '' as $$ select pg_catalog.pg_sleep(seconds) $$;
            grant execute on function public.test_gateway_sleep(float)
            to anon, authenticated, service_role;
            notify pgrst, 'reload schema';
            """
        )
        path = whoami.replace("whoami", "sleep")
        for _ in range(100):
            answer = httpx.post(
                stack.url + path, json={"seconds": 0}, headers={"apikey": stack.publishable_key}
            )
            if answer.is_success:
                break
            time.sleep(0.05)
        yield path
        database.execute("drop function public.test_gateway_sleep(float)")


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_a_visitor_gets_three_seconds_and_a_member_more(stack: Stack, slow: str, role: str) -> None:
    headers = {"apikey": stack.publishable_key}
    if role == "authenticated":
        headers["authorization"] = f"Bearer {user_token()}"
    answer = httpx.post(stack.url + slow, json={"seconds": 3.3}, headers=headers, timeout=15)
    if role == "anon":
        assert answer.status_code == 500
        assert answer.json()["code"] == "57014"
    else:
        assert answer.is_success, answer.text


def test_nobody_gets_more_than_eight_seconds(stack: Stack, slow: str) -> None:
    """Not the secret key either; both at once, since each waits that long."""

    def refused_after(headers: dict[str, str]) -> tuple[str, float]:
        began = time.monotonic()
        answer = httpx.post(stack.url + slow, json={"seconds": 12}, headers=headers, timeout=20)
        return answer.json()["code"], time.monotonic() - began

    member = {"apikey": stack.publishable_key, "authorization": f"Bearer {user_token()}"}
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(refused_after, [member, {"apikey": stack.secret_key}]))
    assert [code for code, _ in found] == ["57014", "57014"]
    assert all(7.5 < seconds < 11 for _, seconds in found), found
