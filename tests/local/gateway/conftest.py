"""A function in the test database that says as whom PostgREST was called."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import psycopg
import pytest

from tests.support.stack import Stack

WHOAMI = "/rest/v1/rpc/test_gateway_whoami"


@pytest.fixture(scope="session")
def gateway(stack: Stack) -> Iterator[httpx.Client]:
    """A client of the gateway that sends no key by itself."""
    with httpx.Client(base_url=stack.url, headers={"user-agent": "tests"}) as client:
        yield client


@pytest.fixture(scope="session")
def whoami(stack: Stack, gateway: httpx.Client) -> Iterator[str]:
    """The path of a function that returns the role, the user id and the headers of its caller."""
    with psycopg.connect(stack.db_url, autocommit=True) as database:
        database.execute(
            """
            create or replace function public.test_gateway_whoami() returns jsonb
            language sql stable set search_path = '' as $$
                select jsonb_build_object(
                    'role', current_user, 'sub', auth.uid(),
                    'headers', current_setting('request.headers', true)::jsonb
                )
            $$;
            grant execute on function public.test_gateway_whoami()
            to anon, authenticated, service_role;
            """
        )
        _wait_until(gateway, stack.publishable_key, 200)
        yield WHOAMI
        database.execute("drop function public.test_gateway_whoami()")
        _wait_until(gateway, stack.publishable_key, 404)


def _wait_until(gateway: httpx.Client, key: str, status: int) -> None:
    """Wait for PostgREST to have read the schema again, which the bootstrap makes it do."""
    for _ in range(100):
        if gateway.get(WHOAMI, headers={"apikey": key}).status_code == status:
            return
        time.sleep(0.05)
    raise AssertionError("PostgREST did not notice a change of the schema")
