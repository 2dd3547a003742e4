"""The test cards, and what a buyer typed on the page. Source: docs.stripe.com/testing."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Decline:
    """Why the bank refuses: Stripe's codes and sentence, and the sentence the buyer reads."""

    code: str
    decline_code: str | None
    message: str
    french: str
    advice_code: str | None = "try_again_later"

    @property
    def reason(self) -> str:
        """The `outcome.reason` of the charge."""
        return self.decline_code or self.code

    @property
    def seller_message(self) -> str:
        """What the seller is told."""
        return f"The bank declined the payment: {self.reason.replace('_', ' ')}."


@dataclass(frozen=True)
class Card:
    """One test card."""

    number: str
    brand: str
    country: str
    label: str
    decline: Decline | None = None


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


REFUSED = Decline(
    "card_declined",
    "generic_decline",
    "Your card was declined.",
    "Votre carte a été refusée. Essayez une autre carte.",
)
NOT_A_TEST_CARD = Decline(
    "card_declined",
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test card. For a "
    "list of valid test cards, visit: https://docs.stripe.com/testing.",
    "Cette carte n’est pas une carte de test. Utilisez l’une des cartes indiquées sur la page.",
    None,
)
NO_FUNDS = Decline(
    "card_declined",
    "insufficient_funds",
    "Your card has insufficient funds.",
    "Le solde de votre carte est insuffisant. Essayez une autre carte.",
)
EXPIRED = Decline(
    "expired_card", None, "Your card has expired.", "Votre carte a expiré.", "do_not_try_again"
)
WRONG_CVC = Decline(
    "incorrect_cvc",
    None,
    "Your card's security code is incorrect.",
    "Le cryptogramme de votre carte est incorrect.",
    "confirm_card_data",
)
PROCESSING = Decline(
    "processing_error",
    None,
    "An error occurred while processing your card. Try again in a little bit.",
    "Le traitement de votre carte a échoué. Réessayez dans un instant.",
)

CARDS = (
    Card("4242424242424242", "visa", "US", "Paiement accepté (Visa)"),
    Card("5555555555554444", "mastercard", "US", "Paiement accepté (Mastercard)"),
    Card("4000002500000003", "visa", "FR", "Paiement accepté (Visa, France)"),
    Card("4000000000000002", "visa", "US", "Carte refusée", REFUSED),
    Card("4000000000009995", "visa", "US", "Solde insuffisant", NO_FUNDS),
    Card("4000000000000069", "visa", "US", "Carte expirée", EXPIRED),
    Card("4000000000000127", "visa", "US", "Cryptogramme incorrect", WRONG_CVC),
    Card("4000000000000119", "visa", "US", "Erreur de traitement", PROCESSING),
)
BY_NUMBER = {card.number: card for card in CARDS}


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
    card = BY_NUMBER.get(number) or Card(number, "visa", "US", "Carte inconnue", NOT_A_TEST_CARD)
    return CardEntry(card, month, year, name), {}


def _is_number(number: str) -> bool:
    """Check the length and the Luhn digit."""
    if not re.fullmatch(r"[0-9]{13,19}", number):
        return False
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(number))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
