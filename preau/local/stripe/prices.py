"""Prices: how much a product costs, in minor units. Source: docs.stripe.com/api/prices."""

from __future__ import annotations

import re
from decimal import Decimal

from stripe.params import PriceCreateParams, PriceListParams, PriceRetrieveParams, PriceUpdateParams

from preau.local.stripe import errors, events, ids, products, updates
from preau.local.stripe.context import Call, Context, operation
from preau.local.stripe.errors import Json, StripeError
from preau.local.stripe.lists import CURSORS, listing

CURRENCY = re.compile(r"^[a-z]{3}$")
HIGHEST = 99_999_999
MOST_DECIMALS = 12


def shape(
    context: Context, params: Json, product_id: str, name: str = "", *, active: bool = True
) -> Json:
    """Return a new price; `name` is where its parameters stand in the request."""
    amount, exact = _amount(params, name)
    recurring = params.get("recurring")
    return {
        "id": ids.new("price_1"),
        "object": "price",
        "active": params.get("active", active),
        "billing_scheme": "per_unit",
        "created": context.now,
        "currency": currency(params["currency"], _at(name, "currency")),
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": params.get("lookup_key"),
        "metadata": updates.metadata(params),
        "nickname": params.get("nickname"),
        "product": product_id,
        "recurring": None if recurring is None else _recurring(recurring),
        "tax_behavior": params.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time" if recurring is None else "recurring",
        "unit_amount": amount,
        "unit_amount_decimal": exact,
    }


def currency(given: str, param: str) -> str:
    """Return a currency code in lower case."""
    code = given.lower()
    if not CURRENCY.match(code):
        raise StripeError(f"Invalid currency: {given}. Use a three-letter ISO code.", param=param)
    return code


def create(call: Call) -> Json:
    """POST /v1/prices, for a `product` or with `product_data`."""
    params = call.params
    if "product" in params and "product_data" in params:
        raise errors.exclusive(["product", "product_data"])
    if "product_data" in params:
        product = products.shape(call, params["product_data"])
        call.tx.insert(call.account.account, product)
        events.emit(call, "product.created", product)
    elif "product" in params:
        product = products.get(call, params["product"], "product", status=400)
    else:
        raise errors.missing_parameter("product")
    if "lookup_key" in params:
        _take_lookup_key(call, params["lookup_key"], params.get("transfer_lookup_key", False))
    price = shape(call, params, product["id"])
    call.tx.insert(call.account.account, price)
    events.emit(call, "price.created", price)
    return price


def get(context: Context, identifier: str, param: str, *, status: int = 404) -> Json:
    """Return a price of the account, or raise Stripe's answer."""
    price = context.tx.find(context.account.account, "price", identifier)
    if price is None:
        raise errors.no_such("price", identifier, param, status=status)
    return price


def retrieve(call: Call) -> Json:
    """GET /v1/prices/{price}."""
    return get(call, call.path["price"], "price")


def update(call: Call) -> Json:
    """POST /v1/prices/{price}; amount, currency and product never change."""
    price = get(call, call.path["price"], "price")
    params = dict(call.params)
    transfer = params.pop("transfer_lookup_key", False)
    if params.get("lookup_key") not in (None, price["lookup_key"]):
        _take_lookup_key(call, params["lookup_key"], transfer)
    previous = updates.apply(price, params)
    if previous:
        call.tx.update(call.account.account, price)
        events.emit(call, "price.updated", price, previous)
    return price


def index(call: Call) -> Json:
    """GET /v1/prices, by `active`, `currency`, `product`, `type`, `lookup_keys`, `created`."""
    names = ("active", "currency", "product", "type")
    filters = {f"$.{name}": call.params.get(name) for name in names}
    keys = call.params.get("lookup_keys")
    return listing(call, "price", "/v1/prices", filters, among=keys, among_path="$.lookup_key")


def _at(name: str, key: str) -> str:
    return f"{name}[{key}]" if name else key


def _amount(params: Json, name: str) -> tuple[int | None, str]:
    whole, exact = params.get("unit_amount"), params.get("unit_amount_decimal")
    if whole is None and exact is None:
        raise errors.missing_parameter(_at(name, "unit_amount"))
    if whole is not None and exact is not None:
        raise errors.exclusive([_at(name, "unit_amount"), _at(name, "unit_amount_decimal")])
    amount = Decimal(whole if whole is not None else str(exact))
    param = _at(name, "unit_amount" if whole is not None else "unit_amount_decimal")
    if not 0 <= amount <= HIGHEST:
        bound = "greater than or equal to 0" if amount < 0 else f"no more than {HIGHEST}"
        raise errors.invalid_integer(param, f"Invalid amount: this value must be {bound}.")
    if amount == amount.to_integral_value():
        return int(amount), str(int(amount))
    text = format(amount.normalize(), "f")
    if len(text.partition(".")[2]) > MOST_DECIMALS:
        raise StripeError(f"Up to {MOST_DECIMALS} decimals are allowed.", param=param)
    return None, text


def _recurring(params: Json) -> Json:
    return {
        "interval": params["interval"],
        "interval_count": params.get("interval_count", 1),
        "meter": None,
        "trial_period_days": params.get("trial_period_days"),
        "usage_type": "licensed",
    }


def _take_lookup_key(call: Call, key: str, transfer: bool) -> None:
    search = Call(account=call.account, tx=call.tx, now=call.now, base_url=call.base_url)
    found = listing(search, "price", "/v1/prices", {"$.lookup_key": key})["data"]
    for holder in found:
        if not transfer:
            raise StripeError(
                f"A price (`{holder['id']}`) already uses that lookup key.", param="lookup_key"
            )
        holder["lookup_key"] = None
        call.tx.update(call.account.account, holder)
        events.emit(call, "price.updated", holder, {"lookup_key": key})


OPERATIONS = (
    operation(
        "POST",
        "/v1/prices",
        create,
        PriceCreateParams,
        "active currency lookup_key metadata nickname product product_data recurring "
        "tax_behavior transfer_lookup_key unit_amount unit_amount_decimal",
    ),
    operation("GET", "/v1/prices/{price}", retrieve, PriceRetrieveParams),
    operation(
        "POST",
        "/v1/prices/{price}",
        update,
        PriceUpdateParams,
        "active lookup_key metadata nickname tax_behavior transfer_lookup_key",
    ),
    operation(
        "GET",
        "/v1/prices",
        index,
        PriceListParams,
        f"{CURSORS} active currency product type lookup_keys",
    ),
)
