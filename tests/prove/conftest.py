from __future__ import annotations

from tests.support.buying import (
    app,
    buyer,
    function_settings,
    functions,
    outside,
    provider_secrets,
    standin,
)

__all__ = [
    "app",
    "buyer",
    "function_settings",
    "functions",
    "outside",
    "provider_secrets",
    "standin",
]
