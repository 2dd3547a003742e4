"""`expand[]`: identifiers replaced by their objects, four levels deep.

Source: docs.stripe.com/api/expanding_objects.
"""

from __future__ import annotations

from collections.abc import Callable

from preau.local.stripe.context import Context
from preau.local.stripe.errors import Json, StripeError

DEEPEST = 4

# a source may be a charge, a refund or a dispute
ANY = "*"
# Per object: the fields that hold another object's identifier, and that object's kind.
REFERENCES: dict[str, dict[str, str]] = {
    "balance_transaction": {"source": ANY},
    "product": {"default_price": "price"},
    "price": {"product": "product"},
    "checkout.session": {"payment_intent": "payment_intent", "customer": "customer"},
    "payment_intent": {
        "customer": "customer",
        "latest_charge": "charge",
        "payment_method": "payment_method",
    },
    "payment_method": {"customer": "customer"},
    "charge": {
        "balance_transaction": "balance_transaction",
        "customer": "customer",
        "failure_balance_transaction": "balance_transaction",
        "payment_intent": "payment_intent",
    },
    "dispute": {"charge": "charge", "payment_intent": "payment_intent"},
    "refund": {
        "balance_transaction": "balance_transaction",
        "charge": "charge",
        "failure_balance_transaction": "balance_transaction",
        "payment_intent": "payment_intent",
    },
}

Include = Callable[[Context, Json], Json]


def expand(
    context: Context, body: Json, paths: list[str], includes: dict[tuple[str, str], Include]
) -> None:
    """Replace in `body` what the paths name; raises StripeError for what can't be expanded.

    `includes` gives the fields that are absent unless asked for (a session's `line_items`).
    """
    for path in paths:
        parts = path.split(".")
        if len(parts) > DEEPEST:
            raise StripeError(
                "You cannot expand more than 4 levels of a property: " + path, param="expand"
            )
        _walk(context, body, parts, path, includes)


def _walk(
    context: Context,
    body: Json,
    parts: list[str],
    path: str,
    includes: dict[tuple[str, str], Include],
) -> None:
    if not parts:
        return
    name, rest = parts[0], parts[1:]
    kind = str(body.get("object", ""))
    if kind == "list" and name == "data":
        for entry in body["data"]:
            _walk(context, entry, rest, path, includes)
        return
    if (kind, name) in includes and name not in body:
        body[name] = includes[kind, name](context, body)
    elif name in REFERENCES.get(kind, {}) and isinstance(body.get(name), str):
        body[name] = _referred(context, REFERENCES[kind][name], body[name])
    elif not isinstance(body.get(name), dict) and name not in REFERENCES.get(kind, {}):
        hint = f" You may want to try expanding 'data.{path}' instead." if kind == "list" else ""
        raise StripeError(f"This property cannot be expanded ({path}).{hint}", param="expand")
    if isinstance(body.get(name), dict):
        _walk(context, body[name], rest, path, includes)


def _referred(context: Context, kind: str, identifier: str) -> Json | None:
    if kind == ANY:
        return context.tx.find_any(context.account.account, identifier)
    return context.tx.find(context.account.account, kind, identifier)
