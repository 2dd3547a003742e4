"""supabase-py: refreshing at once, late and after signing out, and a second factor."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import struct
import time

import psycopg
import pytest
from supabase import AsyncClient, AuthApiError, acreate_client

from tests.local.auth.people import PASSWORD, somebody
from tests.support.stack import Stack


async def member(stack: Stack) -> tuple[AsyncClient, str]:
    """Somebody signed in on a client of their own, and the refresh token."""
    email = somebody()
    server = await acreate_client(stack.url, stack.secret_key)
    await server.auth.admin.create_user(
        {"email": email, "password": PASSWORD, "email_confirm": True}
    )
    client = await acreate_client(stack.url, stack.publishable_key)
    answer = await client.auth.sign_in_with_password({"email": email, "password": PASSWORD})
    assert answer.session is not None
    return client, answer.session.refresh_token


async def refresh(stack: Stack, token: str) -> str:
    """Exchange a refresh token on a client of its own; return the next."""
    client = await acreate_client(stack.url, stack.publishable_key)
    answer = await client.auth.refresh_session(token)
    assert answer.session is not None
    return answer.session.refresh_token


async def test_20_refreshes_at_once_are_one_rotation(stack: Stack) -> None:
    _, token = await member(stack)
    found = await asyncio.gather(*(refresh(stack, token) for _ in range(20)))
    assert len(set(found)) == 1
    assert found[0] != token


async def test_a_refresh_token_used_late_ends_the_family(stack: Stack) -> None:
    _, first = await member(stack)
    second = await refresh(stack, first)
    third = await refresh(stack, second)
    async with await psycopg.AsyncConnection.connect(stack.db_url) as database:
        await database.execute(
            "update auth.refresh_tokens set updated_at = now() - interval '11 s' where token = %s",
            [first],
        )
    for token in (first, third):
        with pytest.raises(AuthApiError) as refused:
            await refresh(stack, token)
        # The client's own list of codes lacks this one.
        assert str(refused.value.code) == "refresh_token_already_used"


async def test_signing_out_others_keeps_this_session(stack: Stack) -> None:
    client, token = await member(stack)
    user = await client.auth.get_user()
    assert user is not None
    other = await acreate_client(stack.url, stack.publishable_key)
    assert user.user.email is not None
    await other.auth.sign_in_with_password({"email": user.user.email, "password": PASSWORD})
    await other.auth.sign_out({"scope": "others"})
    with pytest.raises(AuthApiError):
        await refresh(stack, token)
    assert (await other.auth.refresh_session()).session is not None


def code(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, hashlib.sha1)
    (number,) = struct.unpack_from(">I", digest, digest[19] & 15)
    return f"{(number & 0x7FFFFFFF) % 10**6:06}"


async def test_a_second_factor_raises_the_session_and_can_be_left(stack: Stack) -> None:
    client, _ = await member(stack)
    enrolled = await client.auth.mfa.enroll({"factor_type": "totp", "friendly_name": "phone"})
    assert enrolled.totp is not None
    asked = await client.auth.mfa.challenge({"factor_id": enrolled.id})
    with pytest.raises(AuthApiError) as refused:
        await client.auth.mfa.verify(
            {"factor_id": enrolled.id, "challenge_id": asked.id, "code": "abcdef"}
        )
    assert refused.value.code == "mfa_verification_failed"
    await client.auth.mfa.verify(
        {
            "factor_id": enrolled.id,
            "challenge_id": asked.id,
            "code": code(enrolled.totp.secret),
        }
    )
    level = await client.auth.mfa.get_authenticator_assurance_level()
    assert (level.current_level, level.next_level) == ("aal2", "aal2")
    assert {entry.method for entry in level.current_authentication_methods} == {"password", "totp"}
    listed = await client.auth.mfa.list_factors()
    assert [factor.id for factor in listed.totp] == [enrolled.id]
    await client.auth.mfa.unenroll({"factor_id": enrolled.id})
    await client.auth.refresh_session()
    level = await client.auth.mfa.get_authenticator_assurance_level()
    assert (level.current_level, level.next_level) == ("aal1", "aal1")
