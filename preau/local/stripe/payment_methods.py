"""Payment methods: a card or an account, without its number.

Source: docs.stripe.com/api/payment_methods. Stripe's own names for test cards (`pm_card_visa`) and
test accounts (`pm_success_fr`) make a new method each time they are used.
"""

from __future__ import annotations

from stripe.params import PaymentMethodCreateParams, PaymentMethodRetrieveParams

from preau.local.stripe import cards, debits, errors, method_shape
from preau.local.stripe.cards import Card
from preau.local.stripe.context import Call, Context, operation
from preau.local.stripe.debits import Debit
from preau.local.stripe.entries import CardEntry, DebitEntry, Entry, is_card_number
from preau.local.stripe.errors import Json, StripeError

KIND = "payment_method"
Instrument = Card | Debit


def add(context: Context, entry: Entry, billing: Json | None = None) -> Json:
    """Keep a method; of its number only the last four digits and its test name are kept."""
    details = method_shape.billing(billing or {}, entry.name)
    method = method_shape.shape(context, entry, details)
    token = entry.card.token if isinstance(entry, CardEntry) else entry.debit.token
    context.tx.insert(context.account.account, method, {"token": token})
    return method


def instrument(context: Context, method: Json) -> Instrument:
    """Return how the bank of a method behaves."""
    token = context.tx.private(context.account.account, KIND, method["id"]).get("token", "")
    return debits.BY_TOKEN[token] if method["type"] == "sepa_debit" else cards.of_token(token)


def use(context: Context, identifier: str, param: str = "payment_method") -> Json:
    """Return a method to pay with: one that is kept, or a new one of a test name."""
    kept = context.tx.find(context.account.account, KIND, identifier)
    if kept is not None:
        return kept
    token = identifier.removeprefix("pm_card_")
    if token != identifier and token in cards.BY_TOKEN:
        card = cards.BY_TOKEN[token]
        return add(context, CardEntry(card, card.number, 12, 2034, None))
    token = identifier.removeprefix("pm_").removeprefix("sepaDebit_")
    if token in debits.BY_TOKEN:
        debit = debits.BY_TOKEN[token]
        holder = {"email": "jenny@example.com", "name": "Jenny Rosen"}
        return add(context, DebitEntry(debit, debit.iban, None), holder)
    raise errors.no_such("PaymentMethod", identifier, param, status=400)


def of_data(context: Context, data: Json, name: str) -> Json:
    """Keep the method that `payment_method_data`, or a create call, describes."""
    at = f"{name}[%s]" if name else "%s"
    billing = data.get("billing_details") or {}
    if data.get("type") == "card":
        entry: Entry = _card(data.get("card") or {}, at % "card")
    elif data.get("type") == "sepa_debit":
        entry = _debit(data.get("sepa_debit") or {}, at % "sepa_debit")
        for field in ("email", "name"):
            if not billing.get(field):
                raise errors.missing_parameter(f"{at % 'billing_details'}[{field}]")
    elif "type" in data:
        raise errors.unsupported(at % "type")
    else:
        raise errors.missing_parameter(at % "type")
    return add(context, entry, billing)


def create(call: Call) -> Json:
    """POST /v1/payment_methods, a card or an account."""
    return of_data(call, call.params, "")


def retrieve(call: Call) -> Json:
    """GET /v1/payment_methods/{payment_method}."""
    identifier = call.path["payment_method"]
    method = call.tx.find(call.account.account, KIND, identifier)
    if method is None:
        raise errors.no_such("PaymentMethod", identifier, "payment_method")
    return method


def _card(given: Json, name: str) -> CardEntry:
    if token := given.get("token", "").removeprefix("tok_"):
        if token not in cards.BY_TOKEN:
            raise errors.no_such("token", given["token"], f"{name}[token]", status=400)
        card = cards.BY_TOKEN[token]
        return CardEntry(card, card.number, 12, 2034, None)
    for field in ("number", "exp_month", "exp_year"):
        if field not in given:
            raise errors.missing_parameter(f"{name}[{field}]")
    number = given["number"].replace(" ", "")
    if not is_card_number(number):
        raise StripeError(
            "Your card number is incorrect.",
            status=402,
            kind="card_error",
            code="incorrect_number",
            param="number",
        )
    year = given["exp_year"] % 100 + 2000
    return CardEntry(cards.of_number(number), number, given["exp_month"], year, None)


def _debit(given: Json, name: str) -> DebitEntry:
    iban = debits.compact(given.get("iban", ""))
    if not debits.is_iban(iban):
        raise StripeError(
            "The IBAN you provided is invalid.",
            code="invalid_bank_account_iban",
            param=f"{name}[iban]",
        )
    if iban not in debits.BY_IBAN:
        raise StripeError(
            "In test mode only test bank accounts are taken: see "
            "https://docs.stripe.com/payments/sepa-debit#test.",
            param=f"{name}[iban]",
        )
    return DebitEntry(debits.BY_IBAN[iban], iban, None)


CREATE = "billing_details card.cvc card.exp_month card.exp_year card.number card.token metadata"
OPERATIONS = (
    operation(
        *("POST", "/v1/payment_methods", create, PaymentMethodCreateParams),
        f"{CREATE} sepa_debit type",
        publishable=True,
    ),
    operation("GET", "/v1/payment_methods/{payment_method}", retrieve, PaymentMethodRetrieveParams),
)
