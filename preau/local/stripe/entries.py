"""What a buyer typed on the page, or a form sent: a card, or an account to be debited."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from preau.local.stripe import cards, debits
from preau.local.stripe.cards import Card
from preau.local.stripe.debits import Debit

Problems = dict[str, str]


@dataclass(frozen=True)
class CardEntry:
    """A card as typed, already well formed."""

    card: Card
    number: str
    month: int
    year: int
    name: str | None

    @property
    def cvc_check(self) -> str:
        """What the bank says of the security code."""
        wrong = self.card.decline is not None and self.card.decline.code == "incorrect_cvc"
        return "fail" if wrong else "pass"


@dataclass(frozen=True)
class DebitEntry:
    """An account as typed, already well formed."""

    debit: Debit
    iban: str
    name: str | None


Entry = CardEntry | DebitEntry


def card(form: Mapping[str, str], now: int) -> tuple[CardEntry | None, Problems]:
    """Return the card of the form, or None and a sentence per wrong field.

    `now` is in epoch seconds: a card is good until the end of its month.
    """
    problems: Problems = {}
    number = re.sub(r"[\s.-]", "", form.get("card_number", ""))
    if not is_card_number(number):
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
    return CardEntry(cards.of_number(number), number, month, year, name), {}


def debit(form: Mapping[str, str]) -> tuple[DebitEntry | None, Problems]:
    """Return the account of the form, or None and a sentence per wrong field."""
    problems: Problems = {}
    iban = debits.compact(form.get("iban", ""))
    known = debits.BY_IBAN.get(iban)
    if not debits.is_iban(iban):
        problems["iban"] = "L’IBAN est incomplet ou incorrect."
    elif known is None:
        problems["iban"] = "Cet IBAN n’est pas un IBAN de test. Utilisez l’un de ceux de la page."
    name = " ".join(form.get("account_name", "").split())
    if not name:
        problems["account_name"] = "Le nom du titulaire est obligatoire."
    if problems or known is None:
        return None, problems
    return DebitEntry(known, iban, name), {}


def is_card_number(number: str) -> bool:
    """Check the length and the Luhn digit."""
    if not re.fullmatch(r"[0-9]{13,19}", number):
        return False
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(number))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
