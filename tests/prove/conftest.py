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
from tests.support.database import clones, db, shared_url
from tests.support.people import cast

__all__ = [
    "app",
    "buyer",
    "cast",
    "clones",
    "db",
    "function_settings",
    "functions",
    "outside",
    "provider_secrets",
    "shared_url",
    "standin",
]
