from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from functions.app import PREFIX, create_app
from preau.settings import Settings
from tests.support.buying import (
    alice,
    bob,
    buyer,
    faulty_standin,
    function_settings,
    outside,
    provider_secrets,
    standin,
)

__all__ = [
    "alice",
    "bob",
    "buyer",
    "faulty_standin",
    "function_settings",
    "outside",
    "provider_secrets",
    "standin",
]


@pytest.fixture(scope="session")
async def app(function_settings: Settings) -> AsyncIterator[FastAPI]:
    app = create_app(function_settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture(scope="session")
async def functions(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client whose addresses are relative to /functions/v1/."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    base = f"http://functions.test{PREFIX}/"
    async with httpx.AsyncClient(transport=transport, base_url=base) as client:
        yield client
