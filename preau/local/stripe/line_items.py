"""Line items: what a Checkout Session sells, priced once, when the session is made."""

from __future__ import annotations

from typing import Any

from stripe.params.checkout import SessionListLineItemsParams

from preau.local.stripe import errors, ids, prices, products, updates
from preau.local.stripe.context import Call, Context, operation
from preau.local.stripe.errors import Json, StripeError
from preau.local.stripe.lists import CURSORS, envelope, page_size

MOST_LINES = 100
MOST_UNITS = 999_999


def build(call: Call) -> list[Json]:
    """Return the lines of a new session; inline prices and products are kept, archived.

    Raises StripeError where a line has no price, a recurring or inactive one, or another
    currency than the first.
    """
    given = call.params.get("line_items") or []
    if not given:
        raise errors.missing_parameter("line_items")
    if len(given) > MOST_LINES:
        raise StripeError(f"You can have up to {MOST_LINES} line items.", param="line_items")
    lines = [_line(call, item, f"line_items[{at}]") for at, item in enumerate(given)]
    found = {line["currency"] for line in lines}
    if len(found) > 1:
        raise StripeError(
            "All line items of a Checkout Session must have the same currency; found "
            f"{' and '.join(sorted(found))}.",
            param="line_items",
        )
    return lines


def page(context: Context, session: Json) -> Json:
    """Return the session's `line_items`, the first page, as `expand[]=line_items` gives it."""
    lines = of(context, session)
    return envelope(_url(session["id"]), lines[:10], has_more=len(lines) > 10)


def of(context: Context, session: Json) -> list[Json]:
    """Return all lines of a session."""
    private = context.tx.private(context.account.account, "checkout.session", session["id"])
    lines: list[Json] = private["line_items"]
    return lines


def index(call: Call) -> Json:
    """GET /v1/checkout/sessions/{session}/line_items, in the order they were given."""
    session = call.tx.find(call.account.account, "checkout.session", call.path["session"])
    if session is None:
        raise errors.no_such("checkout.session", call.path["session"], "session")
    lines = of(call, session)
    size = page_size(call.params)
    start, end = _window(lines, call.params, size)
    has_more = start > 0 if "ending_before" in call.params else end < len(lines)
    return envelope(_url(session["id"]), lines[start:end], has_more=has_more)


def _window(lines: list[Json], params: Json, size: int) -> tuple[int, int]:
    places = {line["id"]: at for at, line in enumerate(lines)}
    for name in ("starting_after", "ending_before"):
        if name in params and params[name] not in places:
            raise errors.no_such("item", params[name], name, status=400)
    if "ending_before" in params:
        end = places[params["ending_before"]]
        return max(0, end - size), end
    start = places[params["starting_after"]] + 1 if "starting_after" in params else 0
    return start, min(len(lines), start + size)


def _url(session_id: str) -> str:
    return f"/v1/checkout/sessions/{session_id}/line_items"


def _line(call: Call, item: Json, name: str) -> Json:
    if "price" in item and "price_data" in item:
        raise errors.exclusive([f"{name}[price]", f"{name}[price_data]"])
    if "price" in item:
        price, product = _existing(call, item["price"], f"{name}[price]")
    elif "price_data" in item:
        price, product = _inline(call, item["price_data"], f"{name}[price_data]")
    else:
        raise errors.missing_parameter(f"{name}[price]")
    if price["recurring"] is not None:
        raise StripeError(
            "You specified `payment` mode but passed a recurring price. Either switch to "
            "`subscription` mode or use only one-time prices.",
            param=f"{name}[price]",
        )
    quantity = _quantity(item, f"{name}[quantity]")
    amount = _amount(price, quantity)
    return {
        "id": ids.new("li_1"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": product["name"],
        "metadata": updates.metadata(item),
        "price": price,
        "quantity": quantity,
    }


def _existing(call: Call, identifier: str, param: str) -> tuple[Json, Json]:
    price = prices.get(call, identifier, param, status=400)
    product = products.get(call, price["product"], param, status=400)
    for noun, thing in (("price", price), ("product", product)):
        if not thing["active"]:
            raise StripeError(
                f"The {noun} specified is inactive. This field only accepts active {noun}s.",
                param=param,
            )
    return price, product


def _inline(call: Call, data: Json, name: str) -> tuple[Json, Json]:
    """Keep the archived price, and product, that `price_data` makes."""
    if "product" in data and "product_data" in data:
        raise errors.exclusive([f"{name}[product]", f"{name}[product_data]"])
    if "product_data" in data:
        product = products.shape(call, data["product_data"], active=False)
        call.tx.insert(call.account.account, product)
    elif "product" in data:
        product = products.get(call, data["product"], f"{name}[product]", status=400)
    else:
        raise errors.missing_parameter(f"{name}[product_data]")
    price = prices.shape(call, data, product["id"], name, active=False)
    call.tx.insert(call.account.account, price)
    return price, product


def _quantity(item: Json, param: str) -> int:
    quantity: Any = item.get("quantity")
    if quantity is None:
        raise errors.missing_parameter(param)
    if not 1 <= quantity <= MOST_UNITS:
        bound = "greater than or equal to 1" if quantity < 1 else f"no more than {MOST_UNITS}"
        raise errors.invalid_integer(param, f"This value must be {bound}.")
    return int(quantity)


def _amount(price: Json, quantity: int) -> int:
    """Return units times price, rounded half up where the price has decimals."""
    whole, _, decimals = str(price["unit_amount_decimal"]).partition(".")
    scale: int = 10 ** len(decimals)
    return (int(whole + decimals) * quantity * 2 + scale) // (2 * scale)


OPERATIONS = (
    operation(
        "GET",
        "/v1/checkout/sessions/{session}/line_items",
        index,
        SessionListLineItemsParams,
        CURSORS,
    ),
)
