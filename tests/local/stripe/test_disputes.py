"""Disputes: opened by the buyer's bank, answered with evidence, won, lost or given up."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.local.stripe.process import Process

FRAUD, NOT_RECEIVED, INQUIRY = (
    "pm_card_createDispute",
    "pm_card_createDisputeProductNotReceived",
    "pm_card_createDisputeInquiry",
)


def pay(standin: Process, method: str = FRAUD) -> str:
    params: Any = {
        "amount": 47000,
        "currency": "eur",
        "confirm": True,
        "payment_method": method,
        "return_url": "http://localhost:3000/merci",
    }
    intent = standin.client().v1.payment_intents.create(params)
    assert intent.status == "succeeded"
    return intent.id


def dispute(standin: Process, method: str = FRAUD) -> stripe.Dispute:
    """Pay with a card whose owner disputes, and let the time pass until it is done."""
    intent = pay(standin, method)
    standin.control("POST", "clock", advance=60)
    (found,) = standin.client().v1.disputes.list({"payment_intent": intent}).data
    return found


def answer(standin: Process, identifier: str, text: str) -> stripe.Dispute:
    evidence: Any = {"evidence": {"uncategorized_text": text}}
    return standin.client().v1.disputes.update(identifier, evidence)


def kinds(standin: Process, identifier: str) -> list[str]:
    return [e["type"].removeprefix("charge.dispute.") for e in standin.history(identifier)]


@pytest.mark.parametrize(
    ("method", "reason"), [(FRAUD, "fraudulent"), (NOT_RECEIVED, "product_not_received")]
)
def test_a_disputed_payment_is_taken_back_with_a_fee(
    fresh_standin: Process, method: str, reason: str
) -> None:
    found = dispute(fresh_standin, method)
    assert (found.reason, found.status, found.amount) == (reason, "needs_response", 47000)
    (taken,) = found.balance_transactions
    assert (taken.amount, taken.fee, taken.net) == (-47000, 2000, -49000)
    assert (taken.type, taken.reporting_category) == ("adjustment", "dispute")
    assert fresh_standin.client().v1.charges.retrieve(str(found.charge)).disputed is True
    assert kinds(fresh_standin, found.id) == ["created", "funds_withdrawn"]


def test_winning_evidence_brings_the_money_and_the_fee_back(fresh_standin: Process) -> None:
    found = dispute(fresh_standin)
    answered = answer(fresh_standin, found.id, "winning_evidence")
    assert (answered.status, answered.evidence_details.submission_count) == ("under_review", 1)
    fresh_standin.control("POST", "clock", advance=60)
    won = fresh_standin.client().v1.disputes.retrieve(found.id)
    assert won.status == "won"
    assert sum(movement.net for movement in won.balance_transactions) == 0
    assert kinds(fresh_standin, found.id) == [
        *("created", "funds_withdrawn", "updated"),
        *("funds_reinstated", "updated", "closed"),
    ]


def test_losing_evidence_loses(fresh_standin: Process) -> None:
    found = dispute(fresh_standin)
    answer(fresh_standin, found.id, "losing_evidence")
    fresh_standin.control("POST", "clock", advance=60)
    assert fresh_standin.client().v1.disputes.retrieve(found.id).status == "lost"
    assert "funds_reinstated" not in kinds(fresh_standin, found.id)


def test_evidence_may_be_kept_back_and_is_sent_once(fresh_standin: Process) -> None:
    disputes = fresh_standin.client().v1.disputes
    found = dispute(fresh_standin)
    staged = disputes.update(
        found.id, {"evidence": {"customer_name": "Zoé Marchand"}, "submit": False}
    )
    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    assert answer(fresh_standin, found.id, "Elle a suivi le cours.").status == "under_review"
    with pytest.raises(stripe.InvalidRequestError, match="already been submitted"):
        answer(fresh_standin, found.id, "winning_evidence")


def test_giving_up_loses_for_good(fresh_standin: Process) -> None:
    disputes = fresh_standin.client().v1.disputes
    found = dispute(fresh_standin)
    assert disputes.close(found.id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        disputes.close(found.id)
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        answer(fresh_standin, found.id, "winning_evidence")


def test_a_dispute_that_nobody_answers_is_lost(fresh_standin: Process) -> None:
    found = dispute(fresh_standin)
    fresh_standin.control("POST", "clock", advance=10 * 24 * 3600)
    lost = fresh_standin.client().v1.disputes.retrieve(found.id)
    assert (lost.status, lost.evidence_details.past_due) == ("lost", True)


def test_an_inquiry_takes_no_money_and_may_be_refunded(fresh_standin: Process) -> None:
    client = fresh_standin.client()
    found = dispute(fresh_standin, INQUIRY)
    assert (found.status, found.balance_transactions) == ("warning_needs_response", [])
    client.v1.refunds.create({"charge": str(found.charge)})
    assert client.v1.disputes.retrieve(found.id).status == "warning_closed"
    assert kinds(fresh_standin, found.id) == ["created", "updated", "closed"]


def test_an_inquiry_may_become_a_chargeback(fresh_standin: Process) -> None:
    found = dispute(fresh_standin, INQUIRY)
    answer(fresh_standin, found.id, "escalate_inquiry_evidence")
    fresh_standin.control("POST", "clock", advance=60)
    after = fresh_standin.client().v1.disputes.retrieve(found.id)
    assert (after.status, len(after.balance_transactions)) == ("needs_response", 1)


def test_what_was_charged_back_is_not_refunded_as_well(fresh_standin: Process) -> None:
    found = dispute(fresh_standin)
    with pytest.raises(stripe.InvalidRequestError, match="charged back") as error:
        fresh_standin.client().v1.refunds.create({"charge": str(found.charge)})
    assert error.value.code == "charge_disputed"


def test_any_payment_may_be_disputed_by_hand(standin: Process) -> None:
    client = standin.client()
    charge = client.v1.charges.list({"payment_intent": pay(standin, "pm_card_visa")}).data[0]
    made = standin.control("POST", f"charges/{charge.id}/dispute", reason="duplicate")
    assert client.v1.disputes.retrieve(made["id"]).reason == "duplicate"
    standin.control("POST", f"disputes/{made['id']}", status="won")
    assert client.v1.disputes.retrieve(made["id"]).status == "won"


def test_another_accounts_dispute_is_not_found(standin: Process) -> None:
    charge = standin.client().v1.charges.list({"payment_intent": pay(standin, "pm_card_visa")})
    made = standin.control("POST", f"charges/{charge.data[0].id}/dispute", reason="fraudulent")
    with pytest.raises(stripe.InvalidRequestError) as error:
        standin.client("aurora50").v1.disputes.retrieve(made["id"])
    assert error.value.code == "resource_missing"
