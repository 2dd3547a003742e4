"""What Stripe refuses of a dispute, and of a charge that is disputed."""

from __future__ import annotations

from preau.local.stripe import errors
from preau.local.stripe.context import Call, Context
from preau.local.stripe.errors import Json, StripeError
from preau.local.stripe.store import load

LONGEST_EVIDENCE = 150_000
WAITING = ("needs_response", "warning_needs_response")
UNDER_REVIEW = ("under_review", "warning_under_review")
OVER = ("lost", "warning_closed", "won")


def answerable(dispute: Json) -> None:
    """Refuse evidence for what is over, or already under review."""
    if dispute["status"] in OVER:
        raise StripeError("This dispute is already closed.", saved=True)
    if dispute["status"] not in WAITING:
        raise StripeError("The evidence for this dispute has already been submitted.", saved=True)


def closable(dispute: Json) -> None:
    """Refuse to give up what is over, or only an inquiry."""
    if dispute["status"] in OVER:
        raise StripeError("This dispute is already closed.", saved=True)
    if dispute["status"] != "needs_response":
        raise StripeError(
            "Only a dispute with a status of `needs_response` can be closed; this one has a "
            f"status of `{dispute['status']}`.",
            saved=True,
        )


def evidence_of(call: Call) -> Json | None:
    """Return the evidence that was sent, or None; raises StripeError where it is too long."""
    given: Json | None = call.params.get("evidence")
    if given is None:
        return None
    if sum(len(str(value)) for value in given.values()) > LONGEST_EVIDENCE:
        raise StripeError(
            "The combined character count of all evidence fields is limited to 150,000.",
            code="parameter_invalid_string_length",
            param="evidence",
        )
    return {name: value or None for name, value in given.items()}


def of_charge(context: Context, charge: Json) -> Json | None:
    """Return the dispute of a charge, if there is one."""
    row = context.tx.row("dispute_of", account=context.account.account, charge=charge["id"])
    return None if row is None else load(row["body"])


def refundable(context: Context, charge: Json) -> None:
    """Refuse to give back what the buyer's bank has already taken back."""
    dispute = of_charge(context, charge) if charge["disputed"] else None
    if dispute is not None and not dispute["is_charge_refundable"]:
        raise StripeError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
            saved=True,
        )


def no_such(identifier: str) -> StripeError:
    """Return the answer for a dispute the account does not have."""
    return errors.no_such("dispute", identifier, "dispute")
