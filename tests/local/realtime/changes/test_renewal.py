"""A subscription is made anew, for another token or column type, and loses nothing by it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from preau.local.realtime.changes.plans import SubscriptionRefused, made
from preau.local.realtime.changes.questions import Questions
from tests.local.realtime.changes.listening import Listening, caller
from tests.local.realtime.changes.tables import Table

Make = Callable[..., Table]
OWN = "create policy own on {} for select to authenticated using (auth.uid()::text = owner)"
ALICE, BOB = "00000000-0000-4000-8000-00000000a11c", "00000000-0000-4000-8000-000000000b0b"


class Asked:
    """`made`, which answers the first that asks only when it is let."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._asked = 0
        self.waits, self.may = asyncio.Event(), asyncio.Event()
        monkeypatch.setattr("preau.local.realtime.changes.feed.made", self._made)

    async def _made(self, *about: Any) -> object:
        self._asked += 1
        if self._asked == 1:
            self.waits.set()
            await self.may.wait()
        return await made(*about)


@pytest.mark.parametrize("first", ["the new token", "the new type"])
async def test_a_token_that_changes_meanwhile_is_the_one_that_counts(
    make_table: Make, listening: Listening, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    table = make_table(
        "id int4 primary key, owner text, n int4",
        "alter table {} enable row level security",
        "grant select on {} to authenticated",
        OWN,
    )
    alice, bob = (caller("authenticated", sub=sub) for sub in (ALICE, BOB))
    entry = {"event": "*", "schema": "public", "table": table.name, "filter": "n=eq.7"}
    listener = await listening.on(table.name, alice, filter="n=eq.7")
    table.run("alter table {} alter column n type text")
    asked = Asked(monkeypatch)
    subscribing = listening.again(listener, [entry], bob)
    telling = listening.tell(table.insert(1, BOB, "7"))
    one, other = (telling, subscribing) if first == "the new token" else (subscribing, telling)
    waiting = asyncio.create_task(one)
    await asked.waits.wait()
    await other
    asked.may.set()
    await waiting
    listener.messages.clear()
    await listening.tell(table.insert(2, ALICE, "7"), table.insert(3, BOB, "7"))
    assert listener.one()["record"]["id"] == 3


async def test_a_renewal_that_is_refused_does_not_end_what_came_after_it(
    make_table: Make, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = make_table("id int4 primary key, n text")
    listener = await listening.on(table.name, filter="n=like.a%")
    table.run("alter table {} alter column n type int4 using 1")
    asked = Asked(monkeypatch)
    telling = asyncio.create_task(listening.tell(table.insert(1, 10)))
    await asked.waits.wait()
    entry = {"event": "*", "schema": "public", "table": table.name}
    await listening.again(listener, [entry], caller())
    asked.may.set()
    await telling
    listener.messages.clear()
    await listening.tell(table.insert(2, 10))
    assert listener.one()["record"] == {"id": 2, "n": 10}


async def test_a_refusal_ends_what_there_was(make_table: Make, listening: Listening) -> None:
    table = make_table("id int4 primary key")
    listener = await listening.on(table.name)
    with pytest.raises(SubscriptionRefused) as refusal:
        await listening.again(listener, [{"event": "*", "schema": "nowhere"}], caller())
    assert not refusal.value.passing
    await listening.tell(table.insert(1))
    assert listener.messages == []


async def test_what_is_being_told_while_a_token_changes_is_told_first_and_whole(
    make_table: Make, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = make_table(
        "id int4 primary key, owner text",
        "alter table {} enable row level security",
        "grant select on {} to authenticated",
        OWN,
    )
    alice, bob = (caller("authenticated", sub=sub) for sub in (ALICE, BOB))
    listener = await listening.on(table.name, alice)
    visible, asking, asked, may = Questions.visible, *(asyncio.Event() for _ in range(3))

    async def held(*about: Any) -> Any:
        asking.set()
        await may.wait()
        return await visible(*about)

    async def noted(*about: Any) -> Any:
        answer = await made(*about)
        asked.set()
        return answer

    monkeypatch.setattr(Questions, "visible", held)
    monkeypatch.setattr("preau.local.realtime.changes.feed.made", noted)
    rows = [table.insert(number, ALICE) for number in range(3)]
    telling = asyncio.create_task(listening.tell(*rows))
    await asking.wait()
    entry = {"event": "*", "schema": "public", "table": table.name}
    subscribing = asyncio.create_task(listening.again(listener, [entry], bob))
    await asked.wait()
    may.set()
    await subscribing
    assert [data["record"]["id"] for data in listener.data()] == [0, 1, 2]
    await telling
    await listening.tell(table.insert(8, ALICE), table.insert(9, BOB))
    assert listener.one()["record"]["id"] == 9
