"""docs/refunds.md, made of the table: `python -m tests.payments.refund_page` writes it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.refund_ways import WAYS

PAGE = Path(__file__).parents[2] / "docs" / "refunds.md"
HEAD = """\
# Refunds and disputes

What becomes of an order when money goes back. How it comes in is in [payments](payments.md), why it
is so in [decision 0018](decisions/0018-access-follows-money.md).

## The rule

An order is counted again after every refund and every word of a dispute, from its payments, its
refunds that succeeded and its disputes that were lost. So the order of the events does not matter.

- **All of it is gone** – by one refund, by parts that add up, by a lost dispute, by both: the order is
  `refunded`, what it gave is revoked (`entitlements.refunded_at`), its enrolments are cancelled with
  their progress kept, seats in cohorts are free again, and a garage keeps no more seats than it still
  has: offers go first, then who came last. Contents are closed at the next query.
- **A part is gone**: `partly_refunded`; access stays, unless staff said `revoke_access`.
- **A refund of a line** (`line_id`) ends what that line gave, once its refunds add up to the line.
- **A dispute is open**: `disputed`; the bank holds the money, access stays, and nothing more can be
  refunded (`order_is_disputed`). An inquiry (`warning_…`) moves no money and changes nothing; a
  refund ends it. **Lost**: its amount is gone, as above. **Won**: the order is what it was before.
- **A refund fails after all**: the money is here again, so access is, too. An enrolment comes back
  unless its seat is taken by now or its learner enrolled anew; staff see which
  (`enrollment.not_given_back` in the log). What staff revoked themselves stays revoked.
- **Money that came a second time** (`paid_twice`) is not the order's: it goes back whole and changes
  nothing else.

## Giving money back

`refund_order(order_id, request_key, amount, reason, note, revoke_access, line_id)`, for admins, with
their second factor where the academy asks for one. Without an amount all that is left goes back. The
front end makes `request_key` once for each refund and sends the same one when it tries again: the
answer is the same refund. `note` is shown to the buyer and written in the mail. Of an order paid in
instalments the latest money goes back first, so one request may be several rows.

| Code | Why |
| --- | --- |
| `order_not_found` 404, `line_not_found` 404 | not an order of an academy the caller is admin of; no line of it |
| `second_factor_required` 403 | the academy asks its staff for one |
| `order_not_paid` 409 | nothing came |
| `nothing_to_refund` 409 | all went back, or is on its way |
| `order_is_disputed` 409 | the bank holds the money or took it |
| `request_key_reused` 409 | the same key with another order, amount, reason, note or line |
| `amount_too_large` 422, `amount_too_small` 422 | more than is left; not positive |
| `request_key_invalid`, `reason_unknown`, `note_invalid` 422 | the hint says how it must be |

A refund is a row with its idempotency key before the provider is asked. The worker asks under that
key; where an earlier try may have reached the provider, it looks for the refund first. A refusal
that no later try would change makes the row `failed`; after anything else it stays `pending` and is
asked for again. More than was paid cannot go back: the table refuses it under the payment's lock.
Refunds made in the provider's own pages are recorded as they come, with the reason `dashboard`.

Two things ask by themselves: money that comes when the seat is gone (`no_seat`), and money that
comes a second time. The buyer is told at once. Admins are told when a refund fails and when a payment
is disputed, once; evidence is given at the provider before `disputes.evidence_due_by`.

## Every way

Each row is played against the Stripe stand-in by `tests/payments/test_refund_ways.py`, its events as
they happen, twice, late and backwards, late and shuffled; this page is made of
`tests/payments/refund_ways.toml` by `python -m tests.payments.refund_page`. Mails are those that tell
something true in the end; one that is true no longer is not sent.

| Way | What happens | Order | Access: enrolment, rights | Refunds | Disputes | Mails |
| --- | --- | --- | --- | --- | --- | --- |
"""


def render(ways: Mapping[str, dict[str, Any]]) -> str:
    """Return the page."""
    return HEAD + "".join(_row(way) for way in ways.values())


def _row(way: dict[str, Any]) -> str:
    cells = [
        way["way"],
        " → ".join(way["steps"]),
        way["order"],
        f"{way['enrolment']}, {way['entitlements']}",
        *(", ".join(way.get(name, [])) or "–" for name in ("refunds", "disputes", "mails")),
    ]
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    PAGE.write_text(render(WAYS), encoding="utf-8")
