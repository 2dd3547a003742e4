"""The test accounts of SEPA direct debit: a bank that answers later.

Source: docs.stripe.com/payments/sepa-debit/accept-a-payment#test-your-integration. Where the docs
say only that the answer is not immediate, it comes after `SOON` seconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from preau.local.stripe.declines import DEBIT_FAILED, DEBIT_WITHOUT_FUNDS, Decline

SOON, LATER = 20, 200


@dataclass(frozen=True)
class Debit:
    """One test account, and how its bank answers after `delay` seconds."""

    iban: str
    token: str
    label: str
    delay: int = SOON
    decline: Decline | None = None
    dispute: str | None = None
    refund: Literal["pending"] = "pending"
    authenticate: Literal[False] = False

    @property
    def country(self) -> str:
        """Where the account is held."""
        return self.iban[:2]


DEBITS = (
    Debit("FR1420041010050500013M02606", "success_fr", "Prélèvement accepté"),
    Debit("FR3020041010050500013M02609", "successDelayed_fr", "Accepté après 3 min", LATER),
    Debit(
        *("FR8420041010050500013M02607", "failed_fr", "Prélèvement rejeté"), decline=DEBIT_FAILED
    ),
    Debit(
        *("FR7920041010050500013M02600", "failedDelayed_fr", "Rejeté après 3 min", LATER),
        decline=DEBIT_FAILED,
    ),
    Debit(
        *("FR5720041010050500013M02608", "disputed_fr", "Accepté, puis contesté"),
        dispute="fraudulent",
    ),
    Debit(
        *("FR9720041010050000002222227", "insufficientFunds_fr", "Solde insuffisant"),
        decline=DEBIT_WITHOUT_FUNDS,
    ),
)
BY_IBAN = {debit.iban: debit for debit in DEBITS}
BY_TOKEN = {debit.token: debit for debit in DEBITS}


def compact(iban: str) -> str:
    """Return an IBAN without spaces, in capitals."""
    return re.sub(r"[\s.-]", "", iban).upper()


def is_iban(iban: str) -> bool:
    """Check the form and the two check digits (ISO 13616: the rearranged number mod 97 is 1)."""
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", iban):
        return False
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1
