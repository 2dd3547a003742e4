"""Each way money can go, to its end: what the table says is what happens."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from psycopg.rows import dict_row

from tests.payments.page import PAGE, render
from tests.payments.play import Play
from tests.support.buyers import Buyer
from tests.support.shop import CAP, CAP_OFFER
from tests.support.stack import Stack
from tests.support.standin import Standin

WAYS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "ways.toml").read_text(encoding="utf-8")
)["ways"]
STATE = """
select o.status as order, p.status as payment,
    (select array_agg(e.status order by e.created_at) from public.enrollments as e
     where e.order_id = o.id) as seat,
    (select count(*) from public.entitlements as t
     join public.order_lines as l on l.id = t.source_id
     where l.order_id = o.id and t.revoked_at is null) as rights,
    array(select concat_ws(' ', r.reason, r.status) from public.refunds as r
     where r.payment_id = p.id order by 1) as refunds,
    array(select m.template from public.email_messages as m where m.user_id = o.buyer_id
     and m.template not in ('welcome', 'membership_welcome') order by 1) as mails
from public.orders as o join public.payments as p on p.order_id = o.id where o.id = %s
"""


@pytest.fixture
def database(stack: Stack) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    with psycopg.connect(stack.db_url, autocommit=True, row_factory=dict_row) as connection:
        yield connection


@pytest.fixture
async def play(
    functions: httpx.AsyncClient,
    app: FastAPI,
    faulty_standin: Standin,
    database: psycopg.Connection[dict[str, Any]],
    buyer: Buyer,
    bob: Buyer,
) -> Play:
    """An order for the CAP, in a cohort with one seat."""
    cohort = database.execute(
        "insert into public.cohorts (academy_id, formation_id, name, starts_on, seats)"
        " select academy_id, id, 'Une place', current_date + 30, 1 from public.formations"
        " where id = %s returning id::text",
        [CAP],
    ).fetchone()
    assert cohort is not None
    place = {"offer_id": str(CAP_OFFER), "cohort_id": cohort["id"]}
    ordered: Any = await buyer.client.rpc("create_order", place).execute()
    return Play(
        functions,
        app.state.services,
        faulty_standin,
        database,
        buyer=buyer,
        rival=bob,
        cohort=cohort["id"],
        order=ordered.data,
    )


async def told(play: Play) -> str | None:
    """What payment-status tells the buyer of the latest try."""
    answer = await play.functions.get(
        "payment-status",
        params={"order_id": play.order["id"]},
        headers={"Authorization": f"Bearer {play.buyer.token}"},
    )
    found: str | None = answer.json()["attempt"]
    return found


@pytest.mark.parametrize("way", WAYS, ids=[way["way"] for way in WAYS])
async def test_each_way_ends_as_the_table_says(play: Play, way: dict[str, Any]) -> None:
    for step in way["steps"]:
        await play.step(step)
    found = play.db.execute(STATE, [play.order["id"]]).fetchone()
    assert found is not None
    assert found | {"seat": found["seat"][-1], "attempt": await told(play)} == {
        "order": way["order"],
        "payment": way["payment"],
        "attempt": way["attempt"],
        "seat": way["seat"],
        "rights": way["rights"],
        "refunds": way.get("refunds", []),
        "mails": sorted(way["mails"]),
    }
    assert sorted(play.letters) == way.get("letters", [])


def test_the_page_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(WAYS), (
        "run `python -m tests.payments.page` and commit what it writes"
    )
