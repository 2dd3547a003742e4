"""The test cards. Source: docs.stripe.com/testing."""

from __future__ import annotations

from dataclasses import dataclass
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
    """One test card, and how it behaves.

    Its refunds end as `refund` says; `authenticate` has its bank ask the buyer first (3-D Secure);
    `dispute` is the reason its owner gives for disputing the payment.
    """

    number: str
    brand: str
    country: str
    label: str
    token: str = ""
    decline: Decline | None = None
    refund: Literal["succeeds", "pending", "fails"] = "succeeds"
    authenticate: bool = False
    dispute: str | None = None


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
    Card(
        *("4000002500003155", "visa", "US", "Authentification, puis accepté"),
        "authenticationRequiredOnSetup",
        authenticate=True,
    ),
    Card(
        *("4000002760003184", "visa", "US", "Authentification à chaque paiement"),
        "authenticationRequired",
        authenticate=True,
    ),
    Card(
        *("4000008400001629", "visa", "US", "Authentification, puis refusé"),
        *("threeDSecureRequiredChargeDeclined", REFUSED),
        authenticate=True,
    ),
    Card(
        *("4000008260003178", "visa", "US", "Authentification, puis solde insuffisant"),
        *("authenticationRequiredChargeDeclinedInsufficientFunds", NO_FUNDS),
        authenticate=True,
    ),
    Card(
        *("4000000000000259", "visa", "US", "Accepté, puis contesté (fraude)"),
        "createDispute",
        dispute="fraudulent",
    ),
    Card(
        *("4000000000002685", "visa", "US", "Accepté, puis contesté (non livré)"),
        "createDisputeProductNotReceived",
        dispute="product_not_received",
    ),
    Card(
        *("4000000000001976", "visa", "US", "Accepté, puis demande de renseignements"),
        "createDisputeInquiry",
        dispute="inquiry",
    ),
)
BY_NUMBER = {card.number: card for card in CARDS}
BY_TOKEN = {card.token: card for card in CARDS}
UNKNOWN = Card("", "visa", "US", "Carte inconnue", "", NOT_A_TEST_CARD)

# older names of the same cards
BY_TOKEN |= {
    "chargeDeclined": BY_TOKEN["visa_chargeDeclined"],
    "chargeDeclinedInsufficientFunds": BY_TOKEN["visa_chargeDeclinedInsufficientFunds"],
    "threeDSecure2Required": BY_TOKEN["authenticationRequired"],
}


def of_number(number: str) -> Card:
    """Return the test card, or one that is always declined: no real card is taken."""
    return BY_NUMBER.get(number, UNKNOWN)


def of_token(token: str) -> Card:
    """Return the test card of a kept `token`; the empty one is of any other card."""
    return BY_TOKEN.get(token, UNKNOWN)
