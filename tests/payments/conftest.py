from __future__ import annotations

from tests.support.buying import (
    app,
    bob,
    buyer,
    faulty_standin,
    function_settings,
    functions,
    outside,
    provider_secrets,
    standin,
)

__all__ = [
    "app",
    "bob",
    "buyer",
    "faulty_standin",
    "function_settings",
    "functions",
    "outside",
    "provider_secrets",
    "standin",
]
