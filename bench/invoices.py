"""`python -m bench.invoices`: PDFs a second, one reused compiler beside a fresh `typst.compile`.

Both set the same document, of 3 lines and of 40; needs no running stack.
"""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any

import typst

from bench.reads import in_turn
from bench.stack import console
from preau.invoices import Facts, document_of, make_pdf
from preau.invoices.pdf import TEMPLATE

TIMES = 50
SELLER = {"legal_name": "Garage École SAS", "city": "Lyon", "siret": "73282932000074"}
LINE = {
    "title": "Diagnostic électronique automobile",
    "quantity": 1,
    "unit_net_amount": 10000,
    "discount_amount": 0,
    "ordered_amount": 12000,
    "amount": 12000,
    "net_amount": 10000,
    "tax_rate": 20.0,
}


def invoice(lines: int) -> Facts:
    """An invoice of so many lines."""
    net = 10000 * lines
    told: dict[str, Any] = {
        "kind": "invoice",
        "number": "F-2026-00042",
        "issued_on": "2026-11-21",
        "created_at": "2026-11-21T08:00:00+00:00",
        "object_name": "a/2026/F-2026-00042.pdf",
        "timezone": "Europe/Paris",
        "currency": "EUR",
        "seller": SELLER,
        "buyer": {"name": "Élodie Martin"},
        "lines": [LINE] * lines,
        "taxes": [{"rate": 20.0, "net_amount": net, "tax_amount": net // 5}],
        "mentions": ["Nature de l'opération : prestation de services."],
        "net_amount": net,
        "tax_amount": net // 5,
        "total_amount": net + net // 5,
        "payment": {"order_reference": "2026-000042", "method": "card"},
    }
    return Facts.model_validate(told)


def afresh(facts: Facts) -> object:
    """The peer: what one would write first."""
    data = json.dumps(document_of(facts))
    return typst.compile(
        str(TEMPLATE),
        format="pdf",
        pdf_standards="a-2b",
        sys_inputs={"data": data},
        ignore_system_fonts=True,
    )


async def main() -> None:
    """Print the medians and what they make in a second."""
    for lines in (3, 40):
        facts = invoice(lines)
        numbers = iter(range(10**6))

        async def ours(facts: Facts = facts, numbers: Any = numbers) -> None:
            other = facts.model_copy(update={"number": f"F-2026-{next(numbers):05d}"})
            await asyncio.to_thread(make_pdf, other)

        async def peer(facts: Facts = facts, numbers: Any = numbers) -> None:
            other = facts.model_copy(update={"number": f"F-2026-{next(numbers):05d}"})
            await asyncio.to_thread(partial(afresh, other))

        mine, theirs = await in_turn(ours, peer, TIMES)
        console.print(
            f"{lines} lines: reused {mine:.1f} ms ({1000 / mine:.0f}/s),"
            f" fresh {theirs:.1f} ms ({1000 / theirs:.0f}/s), {theirs / mine:.1f} times as long"
        )


if __name__ == "__main__":
    asyncio.run(main())
