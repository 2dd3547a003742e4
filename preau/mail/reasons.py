"""Why a buyer's bank or Stripe says no, in words: their codes are no part of a sentence."""

from __future__ import annotations

from typing import Final

# Disputes: docs.stripe.com/api/disputes/object, `reason`.
DISPUTES: Final = {
    "fr": {
        "bank_cannot_process": "la banque ne peut pas traiter ce paiement",
        "check_returned": "chèque impayé",
        "credit_not_processed": "remboursement promis que l’acheteur dit ne pas avoir reçu",
        "customer_initiated": "contestation de l’acheteur, sans autre précision",
        "debit_not_authorized": "prélèvement que l’acheteur dit ne pas avoir autorisé",
        "duplicate": "achat que l’acheteur dit avoir payé plusieurs fois",
        "fraudulent": "paiement que le titulaire de la carte dit ne pas avoir autorisé",
        "general": "aucun motif précis",
        "incorrect_account_details": "coordonnées bancaires erronées",
        "insufficient_funds": "provision insuffisante sur le compte de l’acheteur",
        "noncompliant": "paiement que la banque juge contraire aux règles du réseau de cartes",
        "product_not_received": "achat que l’acheteur dit ne pas avoir reçu",
        "product_unacceptable": "achat que l’acheteur dit défectueux ou différent de l’annonce",
        "subscription_canceled": "abonnement que l’acheteur dit avoir résilié",
        "unrecognized": "paiement que l’acheteur ne reconnaît pas",
    },
    "en": {
        "bank_cannot_process": "the bank cannot process this payment",
        "check_returned": "a cheque that was not honoured",
        "credit_not_processed": "a promised refund that the buyer says never came",
        "customer_initiated": "the buyer’s objection, without further detail",
        "debit_not_authorized": "a direct debit that the buyer says they did not authorise",
        "duplicate": "a purchase that the buyer says they paid for more than once",
        "fraudulent": "a payment that the cardholder says they did not authorise",
        "general": "none in particular",
        "incorrect_account_details": "wrong account details",
        "insufficient_funds": "not enough money on the buyer’s account",
        "noncompliant": "a payment that the bank finds against the rules of the card network",
        "product_not_received": "a purchase that the buyer says never came",
        "product_unacceptable": "a purchase that the buyer says is faulty or not as described",
        "subscription_canceled": "a subscription that the buyer says they had cancelled",
        "unrecognized": "a payment that the buyer does not recognise",
    },
}
# Refunds sent back: docs.stripe.com/api/refunds/object, `failure_reason`. Refused ones: FINAL in
# preau/providers/stripe_refunds.py and what docs.stripe.com/error-codes says of an amount.
REFUNDS: Final = {
    "fr": {
        "amount_too_large": "le montant dépasse ce qui reste à rembourser",
        "amount_too_small": "le montant est trop petit pour le prestataire de paiement",
        "charge_already_refunded": "le paiement a déjà été remboursé en entier",
        "charge_disputed": "le paiement est contesté auprès de la banque de l’acheteur",
        "charge_for_pending_refund_disputed": "le paiement a été contesté entre-temps",
        "declined": "un partenaire bancaire du prestataire a refusé le remboursement",
        "expired_or_canceled_card": "la carte de l’acheteur est expirée ou annulée",
        "insufficient_funds": "votre solde chez le prestataire de paiement ne suffit pas",
        "lost_or_stolen_card": "la carte de l’acheteur est déclarée perdue ou volée",
        "merchant_request": "le remboursement a été arrêté à la demande de votre académie",
        "refund_disputed_payment": "le paiement est contesté auprès de la banque de l’acheteur",
        "unknown": "aucun motif précis",
    },
    "en": {
        "amount_too_large": "the amount is more than is left to give back",
        "amount_too_small": "the amount is too small for the payment provider",
        "charge_already_refunded": "the payment has already been given back in full",
        "charge_disputed": "the payment is disputed with the buyer’s bank",
        "charge_for_pending_refund_disputed": "the payment was disputed in the meantime",
        "declined": "a banking partner of the provider declined the refund",
        "expired_or_canceled_card": "the buyer’s card has expired or was cancelled",
        "insufficient_funds": "your balance at the payment provider is too low",
        "lost_or_stolen_card": "the buyer’s card is reported lost or stolen",
        "merchant_request": "the refund was stopped at your academy’s request",
        "refund_disputed_payment": "the payment is disputed with the buyer’s bank",
        "unknown": "none in particular",
    },
}
_OTHER: Final = {"fr": "un motif que nous ne connaissons pas", "en": "one we do not know"}


def dispute_reason(code: str, locale: str) -> str:
    """Return why a payment is disputed, as the end of a sentence; a new code stays in brackets."""
    return DISPUTES[locale].get(code) or _other(code, locale)


def refund_failure(code: str, locale: str) -> str:
    """Return why money could not be given back, as the end of a sentence; likewise."""
    return REFUNDS[locale].get(code) or _other(code, locale)


def _other(code: str, locale: str) -> str:
    return f"{_OTHER[locale]} ({code})" if code else _OTHER[locale]
