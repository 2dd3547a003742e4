"""Products: what is sold. Source: docs.stripe.com/api/products."""

from __future__ import annotations

from stripe.params import (
    ProductCreateParams,
    ProductListParams,
    ProductRetrieveParams,
    ProductUpdateParams,
)

from preau.local.stripe import errors, events, ids, prices, updates
from preau.local.stripe.context import Call, Context, operation
from preau.local.stripe.errors import Json, StripeError
from preau.local.stripe.lists import CURSORS, listing

FIELDS = (
    "active description images marketing_features metadata name package_dimensions shippable "
    "statement_descriptor tax_code unit_label url"
)
MOST_IMAGES = 8


def shape(context: Context, params: Json, *, active: bool = True) -> Json:
    """Return a new product."""
    return {
        "id": params.get("id") or ids.new("prod_", 14),
        "object": "product",
        "active": params.get("active", active),
        "created": context.now,
        "default_price": None,
        "description": params.get("description"),
        "images": params.get("images", []),
        "livemode": False,
        "marketing_features": params.get("marketing_features", []),
        "metadata": updates.metadata(params),
        "name": params["name"],
        "package_dimensions": params.get("package_dimensions"),
        "shippable": params.get("shippable"),
        "statement_descriptor": params.get("statement_descriptor"),
        "tax_code": params.get("tax_code"),
        "type": params.get("type", "service"),
        "unit_label": params.get("unit_label"),
        "updated": context.now,
        "url": params.get("url"),
    }


def create(call: Call) -> Json:
    """POST /v1/products, with `default_price_data` for its first price."""
    _check(call.params)
    product = shape(call, call.params)
    if call.tx.find(call.account.account, "product", product["id"]):
        raise StripeError("Product already exists.", code="resource_already_exists", param="id")
    price_data = call.params.get("default_price_data")
    if price_data is not None:
        price = prices.shape(call, price_data, product["id"], "default_price_data")
        product["default_price"] = price["id"]
    call.tx.insert(call.account.account, product)
    events.emit(call, "product.created", product)
    if price_data is not None:
        call.tx.insert(call.account.account, price)
        events.emit(call, "price.created", price)
    return product


def get(context: Context, identifier: str, param: str, *, status: int = 404) -> Json:
    """Return a product of the account, or raise Stripe's answer."""
    product = context.tx.find(context.account.account, "product", identifier)
    if product is None:
        raise errors.no_such("product", identifier, param, status=status)
    return product


def retrieve(call: Call) -> Json:
    """GET /v1/products/{id}."""
    return get(call, call.path["id"], "id")


def update(call: Call) -> Json:
    """POST /v1/products/{id}."""
    product = get(call, call.path["id"], "id")
    _check(call.params)
    if "default_price" in call.params:
        price = prices.get(call, call.params["default_price"], "default_price", status=400)
        if price["product"] != product["id"]:
            raise StripeError(
                f"The price {price['id']} does not belong to the product {product['id']}.",
                param="default_price",
            )
    params = {k: [] if k == "images" and v == "" else v for k, v in call.params.items()}
    previous = updates.apply(product, params)
    if previous:
        previous["updated"], product["updated"] = product["updated"], call.now
        call.tx.update(call.account.account, product)
        events.emit(call, "product.updated", product, previous)
    return product


def index(call: Call) -> Json:
    """GET /v1/products, by `active`, `ids`, `shippable`, `url`, `created`."""
    filters = {f"$.{name}": call.params.get(name) for name in ("active", "shippable", "url")}
    return listing(
        call, "product", "/v1/products", filters, among=call.params.get("ids"), among_path="$.id"
    )


def _check(params: Json) -> None:
    if len(params.get("images") or []) > MOST_IMAGES:
        raise StripeError(f"You can specify up to {MOST_IMAGES} images.", param="images")


OPERATIONS = (
    operation(
        "POST",
        "/v1/products",
        create,
        ProductCreateParams,
        f"{FIELDS} id type default_price_data.currency default_price_data.unit_amount "
        "default_price_data.unit_amount_decimal default_price_data.metadata "
        "default_price_data.tax_behavior default_price_data.recurring",
    ),
    operation("GET", "/v1/products/{id}", retrieve, ProductRetrieveParams),
    operation("POST", "/v1/products/{id}", update, ProductUpdateParams, f"{FIELDS} default_price"),
    operation(
        "GET", "/v1/products", index, ProductListParams, f"{CURSORS} active ids shippable url"
    ),
)
