"""Hosted's setting "Allow public access", switched off: public joins are refused in its words."""

from __future__ import annotations

import pytest

from tests.local.realtime.sockets.conftest import Serve
from tests.local.realtime.sockets.policies import Policies

ROOM = "realtime:room"
REASON = {"reason": "PrivateOnly: This project only allows private channels"}


@pytest.mark.parametrize("entries", [[], [{"event": "*", "schema": "public", "table": "t"}]])
async def test_a_public_join_is_refused_also_for_row_changes(
    serve: Serve, entries: list[dict[str, str]]
) -> None:
    client = await (await serve(private_only=True)).socket()
    answer = await client.join(ROOM, postgres_changes=entries)
    assert answer == {"status": "error", "response": REASON}


async def test_a_private_join_is_a_matter_of_the_policies(serve: Serve) -> None:
    client = await (await serve(Policies(), private_only=True)).socket()
    assert (await client.join(ROOM, private=True))["status"] == "ok"


async def test_public_joins_are_allowed_as_in_a_new_project(serve: Serve) -> None:
    client = await (await serve()).socket()
    assert (await client.join(ROOM))["status"] == "ok"
