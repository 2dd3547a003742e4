"""What each endpoint takes, read from the `stripe` library's own typed parameters.

The pinned library carries a TypedDict for every endpoint of its API version. Checking requests
against those, and not against a list kept here, makes an unknown, missing or mistyped
parameter fail as it would with Stripe, at any depth. What the API version knows but the
stand-in does not act on is refused with a sentence of its own.
"""

from __future__ import annotations

import re
import types
import typing
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, NotRequired

from stripe import RequestOptions
from typing_extensions import is_typeddict

from preau.local.stripe import errors
from preau.local.stripe.errors import Json, StripeError
from preau.local.stripe.params import Raw

INTEGER = re.compile(r"^-?\d{1,18}$")
METADATA_KEYS, METADATA_KEY_LENGTH, METADATA_VALUE_LENGTH = 50, 40, 500


def check(raw: Raw, params: type, accepts: frozenset[str]) -> Json:
    """Return typed parameters, or raise the StripeError that Stripe would answer with.

    `accepts` names what the endpoint acts on, dotted and without indices (`line_items.price`);
    a name brings everything below it. A `false` for anything else is harmless and ignored.
    """
    unknown: list[str] = []
    unsupported: list[str] = []
    _survey(raw, params, "", "", accepts | {"expand"}, unknown, unsupported)
    if unknown:
        raise errors.unknown_parameters(unknown)
    if unsupported:
        raise errors.unsupported(unsupported[0])
    return _struct(raw, params, "")


@cache
def fields(params: type) -> dict[str, tuple[Any, bool]]:
    """Return `{name: (type, required)}` of one of the library's parameter classes."""
    options = RequestOptions.__annotations__
    own = {k: v for k, v in params.__annotations__.items() if k not in options}
    holder = type("Holder", (), {"__annotations__": own, "__module__": params.__module__})
    found = {}
    for name, annotation in typing.get_type_hints(holder, include_extras=True).items():
        optional = typing.get_origin(annotation) is NotRequired
        found[name] = (typing.get_args(annotation)[0] if optional else annotation, not optional)
    return found


@cache
def alternatives(annotation: Any) -> tuple[frozenset[str], tuple[Any, ...]]:
    """Split a union into the literal strings it allows and its other types."""
    origin = typing.get_origin(annotation)
    if origin is typing.Literal:
        return frozenset(typing.get_args(annotation)), ()
    if origin not in (typing.Union, types.UnionType):
        return frozenset(), (annotation,)
    literals: frozenset[str] = frozenset()
    others: tuple[Any, ...] = ()
    for part in typing.get_args(annotation):
        more, rest = alternatives(part)
        literals, others = literals | more, others + rest
    return literals, others


def _nested(annotation: Any) -> Any | None:
    return next((o for o in alternatives(annotation)[1] if is_typeddict(o)), None)


def _item(annotation: Any) -> Any | None:
    lists = (o for o in alternatives(annotation)[1] if typing.get_origin(o) is list)
    found = next(lists, None)
    return None if found is None else typing.get_args(found)[0]


def _survey(
    raw: Raw,
    params: type,
    name: str,
    place: str,
    accepts: frozenset[str],
    unknown: list[str],
    unsupported: list[str],
) -> None:
    """Collect the names the API version lacks and those the stand-in does not act on."""
    known = fields(params)
    for key, value in raw.items():
        path = f"{name}[{key}]" if name else key
        dotted = f"{place}.{key}" if place else key
        if key not in known:
            unknown.append(path)
            continue
        if not _accepted(dotted, accepts) and not _harmless(value):
            unsupported.append(path)
        if not isinstance(value, dict):
            continue
        annotation = known[key][0]
        if (nested := _nested(annotation)) is not None:
            _survey(value, nested, path, dotted, accepts, unknown, unsupported)
        elif (inner := _nested(_item(annotation))) is not None:
            for index, entry in value.items():
                if isinstance(entry, dict):
                    where = f"{path}[{index}]"
                    _survey(entry, inner, where, dotted, accepts, unknown, unsupported)


def _accepted(dotted: str, accepts: frozenset[str]) -> bool:
    """Tell whether the name, something above it or something below it is acted on."""
    return any(f"{dotted}.".startswith(f"{a}.") or a.startswith(f"{dotted}.") for a in accepts)


def _harmless(value: str | Raw) -> bool:
    if isinstance(value, dict):
        return bool(value) and all(_harmless(v) for v in value.values())
    return value == "false"


def _struct(raw: Raw, params: type, name: str) -> Json:
    known = fields(params)
    for key, (_, required) in known.items():
        if required and key not in raw:
            raise errors.missing_parameter(f"{name}[{key}]" if name else key)
    return {
        key: _value(value, known[key][0], f"{name}[{key}]" if name else key)
        for key, value in raw.items()
    }


def _value(value: str | Raw, annotation: Any, name: str) -> Any:
    literals, others = alternatives(annotation)
    if isinstance(value, dict):
        if (nested := _nested(annotation)) is not None:
            return _struct(value, nested, name)
        if (item := _item(annotation)) is not None:
            return _list(value, item, name)
        if any(typing.get_origin(o) is dict for o in others):
            return _mapping(value, name)
        raise StripeError(f"Invalid string: {value}", param=name)
    if value == "":
        if "" in literals:
            return ""
        raise errors.empty_parameter(name)
    return _scalar(value, literals - {""}, others, name)


def _scalar(value: str, choices: frozenset[str], others: tuple[Any, ...], name: str) -> Any:
    if int in others:
        if INTEGER.match(value):
            return int(value)
        if value not in choices:
            raise errors.invalid_integer(name, f"Invalid integer: {value}")
    if bool in others:
        if value not in ("true", "false"):
            raise StripeError(f"Invalid boolean: {value}", param=name)
        return value == "true"
    if Decimal in others or float in others:
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise StripeError(f"Invalid decimal: {value}", param=name) from None
        if not number.is_finite():
            raise StripeError(f"Invalid decimal: {value}", param=name)
        return value if Decimal in others else float(number)
    if choices and value not in choices:
        raise StripeError(f"Invalid {name}: must be one of {_enumerate(choices)}", param=name)
    if not choices and str not in others:
        kind = "array" if any(typing.get_origin(o) is list for o in others) else "object"
        raise StripeError(f"Invalid {kind}", param=name)
    return value


def _list(value: Raw, item: Any, name: str) -> list[Any]:
    if not all(key.isdigit() for key in value):
        raise StripeError("Invalid array", param=name)
    return [
        _value(entry, item, f"{name}[{index}]")
        for index, entry in sorted(value.items(), key=lambda pair: int(pair[0]))
    ]


def _mapping(value: Raw, name: str) -> dict[str, str]:
    """Metadata; limits from docs.stripe.com/metadata."""
    if len(value) > METADATA_KEYS:
        raise StripeError(f"You can specify up to {METADATA_KEYS} keys in {name}.", param=name)
    for key, text in value.items():
        path = f"{name}[{key}]"
        if not isinstance(text, str):
            raise StripeError(f"Invalid string: {text}", param=path)
        if len(key) > METADATA_KEY_LENGTH:
            raise StripeError(
                f"Metadata keys can have up to {METADATA_KEY_LENGTH} characters, but you passed "
                f"in a key that is {len(key)} characters. Invalid key: {key}",
                param=path,
            )
        if len(text) > METADATA_VALUE_LENGTH:
            raise StripeError(
                f"Metadata values can have up to {METADATA_VALUE_LENGTH} characters, but you "
                f"passed in a value that is {len(text)} characters. Invalid value: {text}",
                param=path,
            )
    return {key: str(text) for key, text in value.items()}


def _enumerate(choices: frozenset[str]) -> str:
    ordered = sorted(choices)
    if len(ordered) == 1:
        return ordered[0]
    return f"{', '.join(ordered[:-1])}, or {ordered[-1]}"
