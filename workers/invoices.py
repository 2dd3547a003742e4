"""The queue `invoices`: an invoice or a credit note was issued; make its PDF and keep it.

The row is sealed and the same row gives the same bytes, so a worker killed between storing the file
and recording it makes no second document: the next one stores the same again. Recording queues the
mail in the same transaction, once.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import Final
from uuid import UUID

from preau import messages, storage
from preau.invoices import Facts, make_pdf
from preau.worker import Context, crash_point

QUEUE: Final = "invoices"
CONCURRENCY: Final = 4  # setting takes turns; the others are storing meanwhile
BUCKET: Final = "invoices"


class Message(messages.Message):
    """The invoice whose PDF is to be made."""

    invoice_id: UUID


async def handle(message: Message, context: Context) -> None:
    """Make, store and record the PDF, unless it is there."""
    invoice_id = str(message.invoice_id)
    told = await context.db.call("invoice_to_make", {"invoice_id": invoice_id})
    if not told:
        context.log.info("invoice.already_made", invoice_id=invoice_id)
        return
    facts = read(told)
    pdf = await asyncio.to_thread(make_pdf, facts)
    crash_point("invoices.before_effect")
    await storage.put(
        BUCKET, facts.object_name, pdf, "application/pdf", context.db.http, context.settings
    )
    crash_point("invoices.after_external_call")
    crash_point("invoices.before_commit")
    await context.db.call(
        "invoice_made",
        {
            "invoice_id": invoice_id,
            "size_bytes": len(pdf),
            "sha256": hashlib.sha256(pdf).hexdigest(),
        },
    )
    crash_point("invoices.after_commit")
    context.log.info("invoice.made", invoice_id=invoice_id, number=facts.number, bytes=len(pdf))


def read(told: dict[str, object]) -> Facts:
    """Return an invoice's facts. Raises PermanentError for a row that does not make a document."""
    return messages.checked(
        Facts,
        told,
        "invoice_incomplete",
        "The row does not make an invoice",
        "It is sealed: correct how it is read, then replay the dead letter.",
    )
