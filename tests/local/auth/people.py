"""What the Python tests beside this share: new addresses, and the mails they get."""

from __future__ import annotations

import asyncio
import re
import uuid
from typing import Any

import httpx

from tests.support.stack import Stack

PASSWORD = "correct horse"


def somebody() -> str:
    """An address nobody has used."""
    return f"person-{uuid.uuid4()}@example.test"


async def mail_to(stack: Stack, address: str) -> dict[str, Any]:
    """The newest mail to an address, as the inbox's JSON has it."""
    async with httpx.AsyncClient(base_url=stack.inbox_url) as inbox:
        for _ in range(100):
            found = (await inbox.get("/api/messages", params={"to": address})).json()
            if found["messages"]:
                mail = await inbox.get(f"/api/messages/{found['messages'][0]['id']}")
                read: dict[str, Any] = mail.json()
                return read
            await asyncio.sleep(0.05)
    raise AssertionError(f"no mail to {address}")


def code_in(mail: dict[str, Any]) -> str:
    """The six digits of an auth mail."""
    found = re.search(r"\b\d{6}\b", mail["text"])
    assert found, mail["text"]
    return found[0]


def link_in(mail: dict[str, Any]) -> str:
    """The link of an auth mail."""
    return next(str(link) for link in mail["links"] if "/auth/v1/verify" in link)
