"""A database that does not answer in time refuses nobody: clients are told so that they rejoin."""

from __future__ import annotations

import time

import pytest
from psycopg import errors

from preau.local.realtime.access import Access
from preau.local.realtime.claims import Caller
from tests.local.realtime.sockets.conftest import Serve
from tests.local.realtime.sockets.policies import Policies
from tests.local.tokens import sign

ROOM = "realtime:room"


class Slow(Policies):
    """Policies that are not answered for callers who may be `late`."""

    async def read(
        self, topic: str, caller: Caller, headers: dict[str, str], presence: bool
    ) -> Access:
        if caller.claims.get("may") == "late":
            raise errors.QueryCanceled("canceling statement due to statement timeout")
        return await super().read(topic, caller, headers, presence)


@pytest.fixture
def late() -> str:
    return sign({"role": "authenticated", "may": "late", "exp": int(time.time()) + 300})


async def test_a_new_token_that_is_not_judged_in_time_is_an_error_not_an_end(
    serve: Serve, late: str
) -> None:
    client = await (await serve(Slow())).socket()
    assert (await client.join(ROOM, private=True))["status"] == "ok"
    await client.say(ROOM, "access_token", {"access_token": late})
    assert (await client.hear())[2:4] == [ROOM, "phx_error"]
    await client.hears_nothing()


async def test_a_join_that_is_not_judged_in_time_is_refused_for_now(
    serve: Serve, late: str
) -> None:
    client = await (await serve(Slow())).socket()
    answer = await client.join(ROOM, private=True, access_token=late)
    assert answer["response"] == {"reason": "Unknown Error on Channel"}
