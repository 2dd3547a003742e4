"""SIGKILL of the invoices worker at each step: one PDF, one record, one mail, each time."""

from __future__ import annotations

import asyncio
import hashlib
import signal
from uuid import UUID

import httpx
import pytest

from tests.support import invoices
from tests.support.buyers import Buyer
from tests.support.database import connect, one, value
from tests.support.people import Person
from tests.support.stack import Stack

HASTY = {"WORKER_LEASE_SECONDS": "2", "WORKER_POLL_MAX_SECONDS": "0.1"}
POINTS = [
    "invoices.claimed",
    "invoices.before_effect",
    "invoices.after_external_call",
    "invoices.before_commit",
    "invoices.after_commit",
    "invoices.before_settle",
]
IN_CI = {"invoices.after_external_call", "invoices.after_commit"}


@pytest.mark.parametrize(
    "point",
    [pytest.param(p, marks=[] if p in IN_CI else [pytest.mark.prove], id=p) for p in POINTS],
)
async def test_a_worker_killed_at_this_point_leaves_one_pdf_and_one_mail(
    stack: Stack, buyer: Buyer, point: str
) -> None:
    order = await buyer.order()
    with connect(stack.db_url) as db:
        who = Person(UUID(buyer.id), "Camille")
        paid = invoices.pay(db, who, order={**order, "id": UUID(order["id"])})
        made = invoices.invoice(db, paid)
        with stack.worker("invoices", env=HASTY | {"PREAU_CRASH_AT": point}) as doomed:
            assert await asyncio.to_thread(doomed.wait, 20) == -signal.SIGKILL
        waiting = "select count(*) from pgmq.q_invoices where message ->> 'invoice_id' = %s"
        with stack.worker("invoices", env=HASTY):
            for _ in range(200):
                if not value(db, waiting, str(made["id"])):
                    break
                await asyncio.sleep(0.1)
        assert value(db, waiting, str(made["id"])) == 0
        assert invoices.invoice(db, paid)["file_id"]
        file = one(db, "select * from public.files where object_name = %s", made["object_name"])
        mails = "select count(*) from public.email_messages where refs ->> 'invoice_id' = %s"
        assert value(db, mails, str(made["id"])) == 1
    async with httpx.AsyncClient(trust_env=False) as http:
        pdf = await http.get(
            f"{stack.url}/storage/v1/object/invoices/{made['object_name']}",
            headers={"apikey": stack.secret_key},
        )
    assert hashlib.sha256(pdf.content).digest() == file["sha256"]
