"""docs/payments.md, made of the table: `python -m tests.payments.page` writes it."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from preau.payments import settlers

FOLDER = Path(__file__).parent
PAGE = FOLDER.parents[1] / "docs" / "payments.md"
HEAD = """\
# Payments

What becomes of an order, by the way its money goes. Each row is played against the Stripe stand-in,
through functions, gateway and workers, by `tests/payments/test_ways.py`; this page is made of
`tests/payments/ways.toml` by `python -m tests.payments.page`.

The buyer pays on the provider's page (`create-checkout`) or in a form of the academy's own
(`create-payment-intent`). One of the two is payable at a time: opening one closes the other. A
webhook only says that something happened; the worker asks the provider what is true. What no
webhook told is found by the sweeper, which asks every five minutes about everything that has been
quiet for ten. What was given up or has failed is closed at the provider, so that nobody pays it any
more. Money that comes all the same for a seat that is gone, or for somebody who is no member any
more, goes back by itself. `payment-status` tells the buyer `attempt`, with a sentence in French or
English: the person's own locale decides, else Accept-Language, which a front end may set, else the
academy's locale. How money goes back is in [refunds](refunds.md).

| Way | What happens | Money: order, payment, attempt | Access: seat, rights | Refunds | Mails |
| --- | --- | --- | --- | --- | --- |
"""
EVENTS = """
## Events

The endpoint of an account needs these; others are kept, and closed as not acted on. Their order
does not matter, nor whether they come twice.

"""


def render(ways: Sequence[dict[str, Any]]) -> str:
    """Return the page."""
    kinds = "".join(f"- `{kind}`\n" for kind in sorted(settlers()))
    return HEAD + "".join(_row(way) for way in ways) + EVENTS + kinds


def _row(way: dict[str, Any]) -> str:
    letters = way.get("letters", [])
    cells = [
        way["way"],
        " → ".join(way["steps"]),
        ", ".join((way["order"], way["payment"], way["attempt"])),
        f"{way['seat']}, {way['rights']}",
        ", ".join(way.get("refunds", [])) or "–",
        ", ".join(way["mails"]) or ("a dead letter for a person" if letters else "–"),
    ]
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    PAGE.write_text(
        render(tomllib.loads((FOLDER / "ways.toml").read_text(encoding="utf-8"))["ways"]),
        encoding="utf-8",
    )
