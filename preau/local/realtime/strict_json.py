"""JSON as every client can read it: no NaN, no Infinity, no lone surrogates, no endless nesting.

Python's own reader takes all of them, and what one client sends is written out to others.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

HEADROOM = 64  # what may be put around a value, and called on the way to writing it
SHALLOW = 256  # so few brackets cannot be nested too deeply


class BadJsonError(ValueError):
    """The text is not JSON that may be passed on."""


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise BadJsonError("a number is too large")
    return number


def _no_constant(name: str) -> NoReturn:
    raise BadJsonError(f"{name} is not JSON")


_decode = json.JSONDecoder(parse_float=_finite, parse_constant=_no_constant).decode
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def load(text: str) -> Any:
    """Return what the text says. Raises `BadJsonError`."""
    try:
        found = _decode(text)
        # Only an escape can make half a character. What can barely be read cannot be written.
        if "\\u" in text or text.count("[") + text.count("{") > SHALLOW:
            _encode(_wrapped(found)).encode()
    except (ValueError, RecursionError) as error:
        raise BadJsonError(str(error)) from None
    return found


def dump(value: Any) -> str:
    """Return the compact text of a value that `load` gave, or that is made of such."""
    return _encode(value)


def _wrapped(value: Any) -> Any:
    for _ in range(HEADROOM):
        value = [value]
    return value
