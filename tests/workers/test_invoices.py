"""The invoices worker: one PDF, one record, one mail, however often it is asked or killed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from storage3.exceptions import StorageApiError

from preau import storage
from preau.settings import Settings
from tests.support import invoices as billing
from tests.support.buyers import Buyer, new_buyer
from tests.support.database import Db, column, connect, one, value
from tests.support.pdf import text
from tests.support.people import MECA, Person
from tests.support.stack import Stack
from tests.workers.rig import TestQueue, until, working
from workers import invoices

MAILS = "select count(*) from public.email_messages where dedupe_key = 'invoice:' || %s::text"
FILES = "select count(*) from public.files where bucket_id = 'invoices' and object_name = %s"


@pytest.fixture
def main(stack: Stack) -> Iterator[Db]:
    """The stack's own database, as `postgres`."""
    with connect(stack.db_url) as db:
        yield db


@pytest.fixture
async def issued(main: Db, buyer: Buyer) -> dict[str, Any]:
    """The invoice of a buyer who has just paid; its usual job is taken away."""
    order = await buyer.order()
    who = Person(UUID(buyer.id), "Camille")
    made = billing.invoice(main, billing.pay(main, who, order={**order, "id": UUID(order["id"])}))
    main.execute(
        "delete from pgmq.q_invoices where message ->> 'invoice_id' = %s", [str(made["id"])]
    )
    return made


async def work(queue: TestQueue, settings: Settings, *asked: UUID) -> list[str]:
    """Work the queue off; returns the codes of what died."""
    await queue.send(*({"invoice_id": str(each)} for each in asked))
    async with working(queue.name, invoices.handle, settings, message=invoices.Message):

        async def empty() -> bool:
            return not await queue.waiting()

        await until(empty, "the invoices are made", seconds=30)
    return [letter["code"] for letter in (await queue.dead()).values()]


async def stored(stack: Stack, path: str) -> bytes:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(
            f"{stack.url}/storage/v1/object/invoices/{path}", headers={"apikey": stack.secret_key}
        )
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_an_invoice_gets_its_pdf(
    main: Db, stack: Stack, queue: TestQueue, settings: Settings, issued: dict[str, Any]
) -> None:
    assert await work(queue, settings, issued["id"]) == []
    file = one(
        main,
        "select f.* from public.files as f join public.invoices as i on i.file_id = f.id"
        " where i.id = %s",
        issued["id"],
    )
    pdf = await stored(stack, issued["object_name"])
    assert issued["number"] in text(pdf)
    assert (file["size_bytes"], file["sha256"]) == (len(pdf), hashlib.sha256(pdf).digest())
    assert (file["owner_id"], file["purpose"]) == (issued["payer_id"], "invoice")
    assert file["retention_until"].year == issued["year"] + 11
    assert value(main, MAILS, issued["id"]) == 1


async def test_asked_many_times_it_is_made_once(
    main: Db, queue: TestQueue, settings: Settings, issued: dict[str, Any]
) -> None:
    assert await work(queue, settings, *[issued["id"]] * 6) == []
    assert await work(queue, settings, issued["id"]) == []
    assert value(main, FILES, issued["object_name"]) == 1
    assert value(main, MAILS, issued["id"]) == 1


async def test_a_pdf_that_was_stored_and_not_recorded_is_stored_again(
    main: Db, stack: Stack, queue: TestQueue, settings: Settings, issued: dict[str, Any]
) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        address = f"{stack.url}/storage/v1/object/invoices/{issued['object_name']}"
        headers = {"apikey": stack.secret_key, "Content-Type": "application/pdf"}
        half = await http.post(address, content=b"%PDF-1.7 half of it", headers=headers)
        assert half.is_success, half.text
    assert await work(queue, settings, issued["id"]) == []
    assert issued["number"] in text(await stored(stack, issued["object_name"]))
    assert value(main, FILES, issued["object_name"]) == 1


async def test_an_unknown_invoice_is_a_dead_letter(queue: TestQueue, settings: Settings) -> None:
    assert await work(queue, settings, uuid4()) == ["invoice_not_found"]


async def test_storage_that_does_not_answer_is_tried_again(
    main: Db,
    queue: TestQueue,
    settings: Settings,
    issued: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put, tries = storage.put, []

    async def cut(*arguments: Any) -> None:
        tries.append(1)
        if len(tries) == 1:
            unreachable = httpx.AsyncClient(base_url="http://127.0.0.1:9", trust_env=False)
            arguments = (
                *arguments[:4],
                unreachable,
                Settings(
                    supabase_url="http://127.0.0.1:9",
                    supabase_secret_key=settings.supabase_secret_key,
                ),
            )
        await put(*arguments)

    monkeypatch.setattr(storage, "put", cut)
    assert await work(queue, settings, issued["id"]) == []
    assert len(tries) == 2
    assert value(main, MAILS, issued["id"]) == 1


async def test_the_buyer_gets_it_by_mail(
    stack: Stack,
    queue: TestQueue,
    settings: Settings,
    outside: httpx.AsyncClient,
    buyer: Buyer,
    issued: dict[str, Any],
) -> None:
    await work(queue, settings, issued["id"])
    wanted = {"to": buyer.email, "subject": "Votre facture"}
    inbox = f"{stack.inbox_url}/api/messages"

    async def there() -> bool:
        return bool((await outside.get(inbox, params=wanted)).json()["messages"])

    with stack.worker("emails"):
        await until(there, "the mail has come", seconds=20)
    [mail] = (await outside.get(inbox, params=wanted)).json()["messages"]
    whole = (await outside.get(f"{inbox}/{mail['id']}")).json()
    assert issued["number"] in whole["subject"]
    [attached] = whole["attachments"]
    assert attached["filename"] == f"{issued['number']}.pdf"
    pdf = (await outside.get(f"{stack.inbox_url}{attached['url']}")).content
    assert pdf == await stored(stack, issued["object_name"])


async def test_who_may_download_it(
    main: Db,
    stack: Stack,
    queue: TestQueue,
    settings: Settings,
    outside: httpx.AsyncClient,
    buyer: Buyer,
    issued: dict[str, Any],
) -> None:
    await work(queue, settings, issued["id"])
    env = stack.env()
    another, staff = [await new_buyer(env, outside) for _ in range(2)]
    elsewhere = await new_buyer(env, outside, "aurora50")
    for person, academy in ((staff, "mecaformation"), (elsewhere, "aurora50")):
        main.execute(
            "insert into public.member_roles (academy_id, user_id, role)"
            " select id, %s, 'admin' from public.academies where slug = %s",
            [person.id, academy],
        )
    path = issued["object_name"]
    for reader in (buyer, staff):
        files = reader.client.storage.from_("invoices")
        signed = await files.create_signed_url(path, 60)
        answer = await outside.get(signed["signedURL"] or "")
        assert answer.content.startswith(b"%PDF-1.7")
        rows: Any = await reader.client.table("invoices").select("number").execute()
        assert issued["number"] in [row["number"] for row in rows.data]
    for stranger in (another, elsewhere):
        files = stranger.client.storage.from_("invoices")
        with pytest.raises(StorageApiError):
            await files.create_signed_url(path, 60)
        with pytest.raises(StorageApiError):
            await files.download(path)
        assert await files.list(f"{MECA}/{issued['year']}") == []
    unsigned = await outside.get(f"{stack.url}/storage/v1/object/public/invoices/{path}")
    assert not unsigned.is_success


async def test_nobody_but_the_worker_writes_into_the_bucket(
    buyer: Buyer, queue: TestQueue, settings: Settings, issued: dict[str, Any]
) -> None:
    await work(queue, settings, issued["id"])
    files = buyer.client.storage.from_("invoices")
    kind: Any = {"content-type": "application/pdf"}
    with pytest.raises(StorageApiError):
        await files.upload(f"{MECA}/2026/F-2026-99999.pdf", b"%PDF", kind)
    with pytest.raises(StorageApiError):
        await files.update(issued["object_name"], b"%PDF", kind)
    await files.remove([issued["object_name"]])
    assert (await files.download(issued["object_name"])).startswith(b"%PDF-1.7")


async def test_clients_write_no_invoices(buyer: Buyer, main: Db, issued: dict[str, Any]) -> None:
    table = buyer.client.table("invoices")
    for request in (
        table.update({"total_amount": 1}).eq("id", str(issued["id"])),
        table.delete().eq("id", str(issued["id"])),
        table.insert({"number": "F-2026-00001"}),
    ):
        with pytest.raises(Exception, match="permission denied"):
            await request.execute()
    with pytest.raises(psycopg.Error):
        main.execute("delete from public.invoices where id = %s", [issued["id"]])
    assert column(main, "select number from public.invoices where id = %s", issued["id"])
