"""send-email: what Auth asks for goes out branded, once, and leaves no key behind."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import tomllib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from psycopg.rows import dict_row

from functions.app import PREFIX, create_app
from preau.auth_hook import AuthCall, verify
from preau.errors import ExpectedError
from preau.local.paths import SUPABASE
from preau.settings import Settings
from tests.support.buyers import Buyer
from tests.support.contexts import bare_context
from tests.support.stack import Stack
from workers import emails

KEY = base64.b64encode(b"a hook's secret of 32 bytes, more").decode()


@dataclass(frozen=True)
class Hook:
    """The function, and the database behind it."""

    client: httpx.AsyncClient
    db: psycopg.AsyncConnection[dict[str, Any]]
    app: FastAPI
    settings: Settings

    async def call(
        self, body: dict[str, Any], key: str = KEY, at: float | None = None, call_id: str = ""
    ) -> httpx.Response:
        raw, call_id = json.dumps(body).encode(), call_id or f"msg_{uuid4().hex}"
        return await self.client.post(
            "send-email", content=raw, headers=sign(raw, call_id, key, at)
        )

    async def rows(self, address: str) -> list[dict[str, Any]]:
        found = await self.db.execute(
            "select m.*, a.neutral, a.action, h.slug, s.code, s.link"
            " from private.auth_mails as a"
            " join public.email_messages as m on m.auth_mail_id = a.id"
            " join public.academies as h on h.id = a.academy_id"
            " left join private.auth_mail_secrets as s on s.auth_mail_id = a.id"
            " where a.email = %s order by m.created_at, m.dedupe_key",
            [address],
        )
        return await found.fetchall()

    async def send(self, row: dict[str, Any]) -> None:
        context = bare_context(self.app.state.services.db, self.settings)
        await emails.handle(emails.Message(email_id=row["id"]), context)


def sign(raw: bytes, call_id: str, key: str = KEY, at: float | None = None) -> dict[str, str]:
    """The headers as Auth sends them."""
    stamp = str(int(time.time() if at is None else at))
    content = f"{call_id}.{stamp}.".encode() + raw
    digest = hmac.new(base64.b64decode(key), content, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(b'x' * 32).decode()} v1,{base64.b64encode(digest).decode()}"
    return {
        "webhook-id": call_id,
        "webhook-timestamp": stamp,
        "webhook-signature": signature,
        "content-type": "application/json",
    }


def asked(email: str, action: str = "recovery", redirect: str = "", **more: Any) -> dict[str, Any]:
    """What Auth sends."""
    user = {"id": str(uuid4()), "email": email, "user_metadata": {}} | more.pop("user", {})
    data = {
        "token": "305805",
        "token_hash": f"hash-{email}",
        "redirect_to": redirect,
        "email_action_type": action,
        "site_url": "http://localhost:9999",
        "token_new": "",
        "token_hash_new": "",
    }
    return {"user": user, "email_data": data | more}


@pytest.fixture
async def hook(stack: Stack, function_settings: Settings) -> AsyncIterator[Hook]:
    settings = function_settings.model_copy(
        update={
            "send_email_hook_secret": _secret(f"v1,whsec_{KEY}"),
            "smtp_tls": "none",
        }
    )
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url=f"http://functions.test{PREFIX}/"
        ) as client,
        await psycopg.AsyncConnection.connect(
            stack.db_url, autocommit=True, row_factory=dict_row
        ) as db,
    ):
        yield Hook(client, db, app, settings)


def _secret(value: str) -> Any:
    return Settings.model_validate({"send_email_hook_secret": value}).send_email_hook_secret


def someone() -> str:
    return f"auth.{uuid4().hex[:12]}@example.fr"


async def test_a_recovery_goes_out_in_the_academys_colours_and_leaves_no_code(
    hook: Hook, stack: Stack, outside: httpx.AsyncClient
) -> None:
    address = someone()
    answer = await hook.call(asked(address, redirect="https://www.aurora50.fr/reset"))
    assert (answer.status_code, answer.json()) == (200, {})
    (row,) = await hook.rows(address)
    assert (row["slug"], row["neutral"], row["code"]) == ("aurora50", False, "305805")
    assert row["link"].startswith(f"{stack.url}/auth/v1/verify?token=hash-")
    await hook.send(row)
    (row,) = await hook.rows(address)
    assert (row["status"], row["code"], row["link"]) == ("sent", None, None)
    inbox = f"{stack.inbox_url}/api/messages"
    (found,) = (await outside.get(inbox, params={"to": address})).json()["messages"]
    whole = (await outside.get(f"{inbox}/{found['id']}")).json()
    assert whole["subject"] == "Choisissez un nouveau mot de passe"
    assert "305805" in whole["text"]
    assert "Aurora50" in whole["text"]


async def test_one_call_made_again_is_one_mail(hook: Hook) -> None:
    address, call_id = someone(), f"msg_{uuid4().hex}"
    for _ in range(3):
        assert (await hook.call(asked(address), call_id=call_id)).status_code == 200
    assert len(await hook.rows(address)) == 1


async def test_a_membership_decides_where_the_page_does_not(hook: Hook, buyer: Buyer) -> None:
    body = asked(buyer.email, "magiclink", user={"id": buyer.id})
    await hook.call(body)
    (row,) = await hook.rows(buyer.email)
    assert (row["slug"], row["neutral"]) == ("mecaformation", False)


async def test_nobodys_account_gets_a_mail_that_names_no_academy(
    hook: Hook, stack: Stack, outside: httpx.AsyncClient
) -> None:
    address = someone()
    await hook.call(asked(address, "signup", redirect="http://localhost:3000/x"))
    (row,) = await hook.rows(address)
    assert row["neutral"] is True
    await hook.send(row)
    inbox = f"{stack.inbox_url}/api/messages"
    (found,) = (await outside.get(inbox, params={"to": address})).json()["messages"]
    whole = (await outside.get(f"{inbox}/{found['id']}")).json()
    assert whole["from"]["name"] == "Votre compte"
    assert "MécaFormation" not in whole["text"] + whole["html"]


async def test_a_mail_that_comes_too_late_is_not_sent(hook: Hook) -> None:
    address = someone()
    await hook.call(asked(address))
    await hook.db.execute(
        "update private.auth_mails set expires_at = now() where email = %s", [address]
    )
    (row,) = await hook.rows(address)
    await hook.send(row)
    (row,) = await hook.rows(address)
    assert (row["status"], row["error_code"], row["code"]) == ("cancelled", "not_due", None)


async def test_both_addresses_are_asked_about_a_change(hook: Hook) -> None:
    old, new = someone(), someone()
    body = asked(
        old,
        "email_change",
        user={"new_email": new},
        token_hash_new="of-the-old",
        token_new="771122",
    )
    await hook.call(body)
    (at_old,), (at_new,) = await hook.rows(old), await hook.rows(new)
    assert at_old["code"] == "305805"
    assert "token=of-the-old&type=email_change" in at_old["link"]
    assert at_new["code"] == "771122"
    assert f"token=hash-{old.replace('@', '%40')}" in at_new["link"]


def test_without_double_confirmation_the_new_address_is_asked_alone() -> None:
    body = asked("a@example.fr", "email_change", user={"new_email": "b@example.fr"})
    (mail,) = AuthCall.model_validate(body).mails("https://x.example")
    assert (mail["address"], mail["code"]) == ("b@example.fr", "305805")


def test_a_reauthentication_is_a_code_alone() -> None:
    (mail,) = AuthCall.model_validate(asked("a@example.fr", "reauthentication")).mails("https://x")
    assert (mail["code"], mail["link"]) == ("305805", None)


async def test_an_action_we_do_not_know_breaks_no_sign_in(hook: Hook) -> None:
    address = someone()
    assert (await hook.call(asked(address, "password_changed_notification"))).status_code == 200
    assert await hook.rows(address) == []


async def test_forgeries_are_refused(hook: Hook) -> None:
    address = someone()
    other = base64.b64encode(b"y" * 32).decode()
    answers = [
        await hook.call(asked(address), key=other),
        await hook.call(asked(address), at=time.time() - 301),
        await hook.call(asked(address), at=time.time() + 330),
        await hook.client.post("send-email", json=asked(address)),
    ]
    raw = json.dumps(asked(address)).encode()
    headers = sign(raw, "msg_1")
    answers.append(await hook.client.post("send-email", content=raw + b" ", headers=headers))
    headers["webhook-id"] = "msg_2"
    answers.append(await hook.client.post("send-email", content=raw, headers=headers))
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_signature")
    assert await hook.rows(address) == []


ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.mark.parametrize(
    "shape",
    ["{1:05000}{0}", "000{}", " {}", "+{}", "{}.0", "{}_0", "{}²", "{}\n", "arabic", ""],
)
def test_a_time_of_another_shape_is_refused_and_breaks_nothing(shape: str) -> None:
    """Each is signed and read as a number would be now; Python refuses one of 4,301 digits."""
    now = str(int(time.time()))
    stamp = now.translate(ARABIC) if shape == "arabic" else shape.format(now, 0)
    raw = json.dumps(asked("a@example.fr")).encode()
    headers = sign(raw, "msg_1")
    signed = hmac.new(base64.b64decode(KEY), f"msg_1.{stamp}.".encode() + raw, hashlib.sha256)
    signature = f"v1,{base64.b64encode(signed.digest()).decode()}"
    with pytest.raises(ExpectedError) as caught:
        verify(raw, "msg_1", stamp, signature, KEY)
    assert (caught.value.code, caught.value.status) == ("invalid_signature", 401)
    good = verify(raw, "msg_1", headers["webhook-timestamp"], headers["webhook-signature"], KEY)
    assert good.user.email == "a@example.fr"


async def test_what_is_no_call_is_refused(hook: Hook) -> None:
    answer = await hook.call({"user": {}})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_call")


async def test_without_a_secret_there_is_no_hook(functions: httpx.AsyncClient) -> None:
    answer = await functions.post("send-email", json={})
    assert (answer.status_code, answer.json()["code"]) == (404, "hook_not_configured")


def test_locally_auth_sends_by_itself() -> None:
    config = tomllib.loads((SUPABASE / "config.toml").read_text())
    assert not config["auth"].get("hook", {}).get("send_email", {}).get("enabled")
