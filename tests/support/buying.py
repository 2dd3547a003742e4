"""Fixtures around buying: a stand-in of our own, its secrets in this process, and people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from fastapi import FastAPI

from functions.app import PREFIX, create_app
from preau.settings import Settings, environment
from tests.support import standin as standins
from tests.support.buyers import Buyer, new_buyer
from tests.support.stack import Stack
from tests.support.standin import Standin


@pytest.fixture(scope="session")
async def standin(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Standin]:
    """A stand-in for Stripe that sends no webhooks."""
    async with standins.running(tmp_path_factory.mktemp("standin")) as running:
        yield running


@pytest.fixture
async def faulty_standin(standin: Standin) -> AsyncIterator[Standin]:
    """The stand-in for a test that asks it for faults; they and its objects are gone afterwards."""
    yield standin
    await standin.reset()


@pytest.fixture(scope="session")
def provider_secrets(stack: Stack) -> Iterator[None]:
    """Give this process the stand-in's secrets, as the stack gives them to its own."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in stack.env().items():
            if name.startswith("STRIPE_") and name != "STRIPE_API_BASE":
                patch.setenv(name, value)
        environment.cache_clear()
        yield
    environment.cache_clear()


@pytest.fixture(scope="session")
def function_settings(stack: Stack, standin: Standin, provider_secrets: None) -> Settings:
    """Settings of functions and workers on the test stack, with the stand-in of the tests."""
    env = stack.env()
    return Settings(
        supabase_url=stack.url,
        supabase_publishable_key=stack.publishable_key,
        supabase_secret_key=stack.secret_key,
        stripe_api_base=standin.url,
        smtp_host=env["SMTP_HOST"],
        smtp_port=env["SMTP_PORT"],
    )


@pytest.fixture(scope="session")
async def app(function_settings: Settings) -> AsyncIterator[FastAPI]:
    """The functions, running in this process."""
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


@pytest.fixture(scope="session")
async def outside() -> AsyncIterator[httpx.AsyncClient]:
    """A plain HTTP client for the stack."""
    async with httpx.AsyncClient(timeout=15, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
async def alice(stack: Stack, outside: httpx.AsyncClient) -> Buyer:
    """A member of MécaFormation, the same for every test."""
    return await new_buyer(stack.env(), outside)


@pytest.fixture(scope="session")
async def bob(stack: Stack, outside: httpx.AsyncClient) -> Buyer:
    """Another one."""
    return await new_buyer(stack.env(), outside)


@pytest.fixture
async def buyer(stack: Stack, outside: httpx.AsyncClient) -> Buyer:
    """A member of MécaFormation who has never bought anything."""
    return await new_buyer(stack.env(), outside)
