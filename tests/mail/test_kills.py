"""The mail worker killed before and after the server took a mail: none lost, copies bounded."""

from __future__ import annotations

import asyncio
import signal

import httpx
import pytest

from tests.support.buyers import new_buyer
from tests.support.stack import Stack

HASTY = {"WORKER_LEASE_SECONDS": "3", "WORKER_POLL_MAX_SECONDS": "0.1"}


@pytest.mark.prove
@pytest.mark.parametrize(
    ("point", "copies"),
    [
        ("emails.claimed", 1),
        ("emails.before_effect", 1),
        ("emails.after_external_call", 2),
        ("emails.before_commit", 2),
        ("emails.after_commit", 1),
        ("emails.before_settle", 1),
    ],
)
async def test_a_killed_worker_loses_no_mail(stack: Stack, point: str, copies: int) -> None:
    async with (
        httpx.AsyncClient(timeout=15, trust_env=False) as http,
        httpx.AsyncClient(base_url=stack.inbox_url, trust_env=False) as inbox,
    ):
        member = await new_buyer(stack.env(), http)
        wanted = {"to": member.email, "subject": "Bienvenue chez"}
        with stack.worker("emails", env=HASTY | {"PREAU_CRASH_AT": point}) as doomed:
            assert await asyncio.to_thread(doomed.wait, 20) == -signal.SIGKILL
        with stack.worker("emails", env=HASTY):
            found = []
            for _ in range(150):
                found = (await inbox.get("/api/messages", params=wanted)).json()["messages"]
                if len(found) >= copies:
                    break
                await asyncio.sleep(0.1)
            await asyncio.sleep(4)  # more than a lease: time for a copy too many
        found = (await inbox.get("/api/messages", params=wanted)).json()["messages"]
        assert len(found) == copies
        ids = {(await inbox.get(f"/api/messages/{m['id']}")).json()["message_id"] for m in found}
        assert len(ids) == 1
