"""Form-encoded v1 parameters: `a[b][0][c]=x` becomes `{"a": {"b": {"0": {"c": "x"}}}}`.

Lists stay dictionaries of numbered keys here, because only the parameter's schema can tell a
list from a dictionary whose keys are numbers (`metadata[2026]`): see `schema.py`.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from preau.local.stripe.errors import StripeError

Raw = dict[str, "str | Raw"]

KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
MOST_FIELDS, DEEPEST = 2000, 12


def decode(encoded: str) -> Raw:
    """Return the nested parameters of a query string or a form body.

    Raises StripeError (400) where a name is both a value and a parent, or where there are more
    fields than any real request has.
    """
    try:
        pairs = parse_qsl(
            encoded, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"
        )
    except ValueError:
        raise StripeError(
            "Invalid request (the body is not UTF-8 form data, or has too many fields)."
        ) from None
    tree: Raw = {}
    for key, value in pairs:
        _place(tree, _split(key), value, key)
    return tree


def _split(key: str) -> list[str]:
    match = KEY.match(key)
    if match is None:
        return [key]
    parts = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
    if len(parts) > DEEPEST:
        raise StripeError("Invalid request (a parameter is nested too deeply).")
    return parts


def _place(tree: Raw, parts: list[str], value: str, key: str) -> None:
    node = tree
    for part in parts[:-1]:
        child = node.setdefault(part or str(len(node)), {})
        if isinstance(child, str):
            raise StripeError(f"Invalid parameter: {key} is both a value and an object.", param=key)
        node = child
    last = parts[-1] or str(len(node))
    if isinstance(node.get(last), dict):
        raise StripeError(f"Invalid parameter: {key} is both a value and an object.", param=key)
    node[last] = value
