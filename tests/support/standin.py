"""A Stripe stand-in of one's own: a process that sends no webhooks, so that the test decides."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import stripe

ACCOUNTS = ("mecaformation", "aurora50", "nexus_reussite")
CARD_OK = "4242424242424242"
CARD_DECLINED = "4000000000000002"
CARD_ASKING_ITS_BANK = "4000002760003184"
IBAN_OK, IBAN_REJECTED = "FR1420041010050500013M02606", "FR8420041010050500013M02607"


@dataclass(frozen=True)
class Standin:
    """A running stand-in."""

    url: str
    http: httpx.AsyncClient

    def as_account(self, account: str = "mecaformation") -> stripe.StripeClient:
        """Return a client of Stripe's own library for one academy's account."""
        return stripe.StripeClient(
            f"sk_test_standin_{account}",
            base_addresses={"api": self.url},
            http_client=stripe.HTTPXClient(timeout=10),
            max_network_retries=0,
        )

    async def pay(self, session_id: str, card: str = CARD_OK) -> int:
        """Pay a page as a browser's form would; returns the HTTP status (303 means paid)."""
        form = {
            "card_number": card,
            "card_expiry": "12/34",
            "card_cvc": "123",
            "card_name": "Camille Durand",
        }
        answer = await self.http.post(f"{self.url}/c/pay/{session_id}", data=form)
        return answer.status_code

    async def pay_by_debit(self, session_id: str, iban: str = IBAN_OK) -> int:
        """Pay a page by direct debit: completed unpaid, answered once the clock is advanced."""
        form = {"iban": iban, "account_name": "Camille Durand"}
        address = f"{self.url}/c/pay/{session_id}?method=sepa_debit"
        return (await self.http.post(address, data=form)).status_code

    async def answer_bank(self, question: str, *, accept: bool = True) -> int:
        """Answer the question that a card's bank asks at an address (3-D Secure)."""
        answer = "accept" if accept else "refuse"
        return (await self.http.post(question, data={"answer": answer})).status_code

    async def fail_next(self, **fault: Any) -> None:
        """Make the next API request go wrong; see `preau.local.stripe.faults`."""
        await self._control("faults", fault)

    async def advance(self, seconds: int) -> None:
        """Move the stand-in's clock."""
        await self._control("clock", {"advance": seconds})

    async def reset(self) -> None:
        """Forget everything, faults and clock included."""
        await self._control("reset", {})

    async def _control(self, name: str, body: dict[str, Any]) -> None:
        (await self.http.post(f"{self.url}/_standin/{name}", json=body)).raise_for_status()


@contextlib.asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Standin]:
    """Start a stand-in with the seeded academies' keys and no webhook endpoints."""
    accounts = folder / "accounts.json"
    accounts.write_text(
        json.dumps(
            [
                {
                    "account": f"acct_standin_{name}",
                    "slug": f"{name.replace('_', '-')}-stripe",
                    "secret_key": f"sk_test_standin_{name}",
                }
                for name in ACCOUNTS
            ]
        )
    )
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "preau.local.stripe", "--port", str(port)),
        *("--home", str(folder / "home"), "--accounts", str(accounts)),
        env=os.environ | {"PREAU_LOCAL_STACK": "1"},
        stdout=(folder / "standin.log").open("wb"),
        stderr=asyncio.subprocess.STDOUT,
    )
    async with httpx.AsyncClient(trust_env=False) as http:
        standin = Standin(f"http://127.0.0.1:{port}", http)
        try:
            await _until_healthy(standin, folder / "standin.log")
            yield standin
        finally:
            process.terminate()
            await process.wait()


async def _until_healthy(standin: Standin, log: Path) -> None:
    for _ in range(200):
        with contextlib.suppress(httpx.TransportError):
            if (await standin.http.get(f"{standin.url}/health")).status_code == 200:
                return
        await asyncio.sleep(0.05)
    words = await asyncio.to_thread(log.read_text)
    raise AssertionError(f"the stand-in did not start:\n{words[-2000:]}")
