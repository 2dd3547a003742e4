"""Customers: who buys. Source: docs.stripe.com/api/customers."""

from __future__ import annotations

import re
import secrets
import string

from stripe.params import (
    CustomerCreateParams,
    CustomerListParams,
    CustomerRetrieveParams,
    CustomerUpdateParams,
)

from preau.local.stripe import errors, events, ids, updates
from preau.local.stripe.context import Call, Context, operation
from preau.local.stripe.errors import Json, StripeError
from preau.local.stripe.lists import CURSORS, listing

EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s.]+$")
FIELDS = (
    "address business_name description email individual_name invoice_prefix metadata name phone "
    "preferred_locales shipping tax_exempt"
)


def shape(context: Context, params: Json) -> Json:
    """Return a new customer."""
    prefix = "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(8))
    given = {name: value for name, value in params.items() if value != ""}
    return {
        "id": ids.new("cus_", 14),
        "object": "customer",
        "address": _address(given.get("address")),
        "balance": 0,
        "business_name": given.get("business_name"),
        "created": context.now,
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": given.get("description"),
        "discount": None,
        "email": given.get("email"),
        "individual_name": given.get("individual_name"),
        "invoice_prefix": given.get("invoice_prefix", prefix),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": updates.metadata(given),
        "name": given.get("name"),
        "next_invoice_sequence": 1,
        "phone": given.get("phone"),
        "preferred_locales": given.get("preferred_locales", []),
        "shipping": given.get("shipping"),
        "tax_exempt": given.get("tax_exempt", "none"),
        "test_clock": None,
    }


def create(call: Call) -> Json:
    """POST /v1/customers."""
    check_email(call.params.get("email"), "email")
    return add(call, call.params)


def add(context: Context, params: Json) -> Json:
    """Keep a new customer and tell it."""
    customer = shape(context, params)
    context.tx.insert(context.account.account, customer)
    events.emit(context, "customer.created", customer)
    return customer


def get(context: Context, identifier: str, param: str, *, status: int = 404) -> Json:
    """Return a customer of the account, or raise Stripe's answer."""
    customer = context.tx.find(context.account.account, "customer", identifier)
    if customer is None:
        raise errors.no_such("customer", identifier, param, status=status)
    return customer


def retrieve(call: Call) -> Json:
    """GET /v1/customers/{id}."""
    return get(call, call.path["id"], "id")


def update(call: Call) -> Json:
    """POST /v1/customers/{id}."""
    customer = get(call, call.path["id"], "id")
    check_email(call.params.get("email"), "email")
    params = dict(call.params)
    if isinstance(params.get("address"), dict):
        params["address"] = _address(params["address"])
    if params.get("tax_exempt") == "":
        params["tax_exempt"] = "none"
    previous = updates.apply(customer, params)
    if previous:
        call.tx.update(call.account.account, customer)
        events.emit(call, "customer.updated", customer, previous)
    return customer


def index(call: Call) -> Json:
    """GET /v1/customers, by `email` (case-sensitive) and `created`."""
    return listing(call, "customer", "/v1/customers", {"$.email": call.params.get("email")})


def check_email(email: str | None, param: str) -> None:
    """Refuse what can't be an address."""
    if email and not EMAIL.match(email):
        raise StripeError(f"Invalid email address: {email}", code="email_invalid", param=param)


def _address(given: Json | None) -> Json | None:
    if not given:
        return None
    names = ("city", "country", "line1", "line2", "postal_code", "state")
    return {name: given.get(name) or None for name in names}


OPERATIONS = (
    operation("POST", "/v1/customers", create, CustomerCreateParams, FIELDS),
    operation("GET", "/v1/customers/{id}", retrieve, CustomerRetrieveParams),
    operation("POST", "/v1/customers/{id}", update, CustomerUpdateParams, FIELDS),
    operation("GET", "/v1/customers", index, CustomerListParams, f"{CURSORS} email"),
)
