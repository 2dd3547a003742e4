"""The test cards, and what a buyer typed on the page. Source: docs.stripe.com/testing."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from preau.local.stripe.declines import (
    EXPIRED,
    LOST,
    NO_FUNDS,
    NOT_A_TEST_CARD,
    PROCESSING,
    REFUSED,
    WRONG_CVC,
    Decline,
)


@dataclass(frozen=True)
class Card:
    """One test card, and how it behaves; its refunds end as `refund` says."""

    number: str
    brand: str
    country: str
    label: str
    token: str = ""
    decline: Decline | None = None
    refund: Literal["succeeds", "pending", "fails"] = "succeeds"


@dataclass(frozen=True)
class CardEntry:
    """A card as typed, already well formed."""

    card: Card
    month: int
    year: int
    name: str

    @property
    def cvc_check(self) -> str:
        """What the bank says of the security code."""
        wrong = self.card.decline is not None and self.card.decline.code == "incorrect_cvc"
        return "fail" if wrong else "pass"


# `token` is Stripe's name for the card in `pm_card_…`; the first of a number stands on the page.
CARDS = (
    Card("4242424242424242", "visa", "US", "Paiement accepté (Visa)", "visa"),
    Card("5555555555554444", "mastercard", "US", "Paiement accepté (Mastercard)", "mastercard"),
    Card("4000002500000003", "visa", "FR", "Paiement accepté (Visa, France)", "fr"),
    Card("4000000000000002", "visa", "US", "Carte refusée", "visa_chargeDeclined", REFUSED),
    Card(
        *("4000000000009995", "visa", "US", "Solde insuffisant"),
        *("visa_chargeDeclinedInsufficientFunds", NO_FUNDS),
    ),
    Card("4000000000009987", "visa", "US", "Carte perdue", "visa_chargeDeclinedLostCard", LOST),
    Card("4000000000000069", "visa", "US", "Carte expirée", "chargeDeclinedExpiredCard", EXPIRED),
    Card(
        *("4000000000000127", "visa", "US", "Cryptogramme incorrect"),
        *("chargeDeclinedIncorrectCvc", WRONG_CVC),
    ),
    Card(
        *("4000000000000119", "visa", "US", "Erreur de traitement"),
        *("chargeDeclinedProcessingError", PROCESSING),
    ),
    Card(
        *("4000000000007726", "visa", "US", "Remboursement en attente, puis accepté"),
        "pendingRefund",
        refund="pending",
    ),
    Card(
        *("4000000000005126", "visa", "US", "Remboursement accepté, puis échoué"),
        "refundFail",
        refund="fails",
    ),
)
BY_NUMBER = {card.number: card for card in CARDS}
BY_TOKEN = {card.token: card for card in CARDS}
UNKNOWN = Card("", "visa", "US", "Carte inconnue", "", NOT_A_TEST_CARD)


def read(form: Mapping[str, str], now: int) -> tuple[CardEntry | None, dict[str, str]]:
    """Return the card of the form, or None and a sentence per wrong field.

    `now` is in epoch seconds: a card is good until the end of its month.
    """
    problems: dict[str, str] = {}
    number = re.sub(r"[\s.-]", "", form.get("card_number", ""))
    if not _is_number(number):
        problems["card_number"] = "Le numéro de carte est incomplet ou incorrect."
    expiry = re.fullmatch(r"\s*(\d{1,2})\s*/?\s*(\d{2}|\d{4})\s*", form.get("card_expiry", ""))
    month, year = (int(expiry[1]), int(expiry[2]) % 100 + 2000) if expiry else (0, 0)
    today = time.gmtime(now)
    if not 1 <= month <= 12:
        problems["card_expiry"] = "La date d’expiration est attendue sous la forme MM / AA."
    elif (year, month) < (today.tm_year, today.tm_mon):
        problems["card_expiry"] = "La date d’expiration est passée."
    if not re.fullmatch(r"\d{3,4}", form.get("card_cvc", "").strip()):
        problems["card_cvc"] = "Le cryptogramme compte 3 ou 4 chiffres."
    name = " ".join(form.get("card_name", "").split())
    if not name:
        problems["card_name"] = "Le nom du titulaire est obligatoire."
    if problems:
        return None, problems
    return CardEntry(of_number(number), month, year, name), {}


def of_number(number: str) -> Card:
    """Return the test card, or one that is always declined: no real card is taken."""
    return BY_NUMBER.get(number) or replace(UNKNOWN, number=number)


def _is_number(number: str) -> bool:
    """Check the length and the Luhn digit."""
    if not re.fullmatch(r"[0-9]{13,19}", number):
        return False
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(number))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
