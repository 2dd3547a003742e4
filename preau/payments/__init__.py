"""What an event about money leads to: one module for each of the provider's objects, found here.

Such a module has `EVENTS` (the types it acts on) and `async def settle(event, provider, context)`.
It fetches the object again with the account's own key and calls one `worker.*` function, which
compares it with what was asked for, records what follows and closes the webhook event, all in one
transaction. The answer is that function's: `{"outcome", "order_id", "reason"}`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from preau.errors import PreauError

if TYPE_CHECKING:
    from preau.handlers import Context
    from preau.providers.stripe import StripePayments

Settle = Callable[[dict[str, Any], "StripePayments", "Context"], Awaitable[dict[str, Any]]]


@cache
def settlers() -> Mapping[str, Settle]:
    """Return who settles an event, by its type; what is not in it is not acted on.

    Raises PreauError `event_type_taken` where two modules act on one type.
    """
    found: dict[str, Settle] = {}
    for module in pkgutil.iter_modules(__path__):
        noun = importlib.import_module(f"{__name__}.{module.name}")
        for kind in getattr(noun, "EVENTS", ()):
            if kind in found:
                raise PreauError(
                    "event_type_taken",
                    f"{noun.__name__} and {found[kind].__module__} both act on {kind}.",
                    "Each type of event belongs to one module.",
                )
            found[kind] = noun.settle
    return MappingProxyType(found)
