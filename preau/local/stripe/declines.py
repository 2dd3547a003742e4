"""Why a bank refuses: Stripe's codes and sentences, and what the buyer reads.

Source: docs.stripe.com/declines/codes and docs.stripe.com/testing.
"""

from __future__ import annotations

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
LOST = Decline(
    "card_declined",
    "lost_card",
    "Your card was declined.",
    "Votre carte a été refusée. Essayez une autre carte.",
    "do_not_try_again",
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
AUTHENTICATION_REQUIRED = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
    "Votre banque demande une authentification.",
    None,
)
DEBIT_FAILED = Decline(
    "generic_could_not_process",
    None,
    "The payment could not be processed.",
    "Le prélèvement n’a pas pu être effectué.",
    None,
)
DEBIT_WITHOUT_FUNDS = Decline(
    "insufficient_funds",
    None,
    "The account has insufficient funds to complete the payment.",
    "Le compte n’est pas assez approvisionné.",
    None,
)
