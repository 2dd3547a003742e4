"""supabase-py through the flows of Auth that a mail carries, and the ends of a session."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import psycopg
import pytest
from supabase import (
    AsyncClient,
    AsyncClientOptions,
    AuthApiError,
    AuthWeakPasswordError,
    acreate_client,
)

from tests.local.auth.people import PASSWORD, code_in, link_in, mail_to, somebody
from tests.local.auth.test_sessions_py import member
from tests.support.stack import Stack


async def client_of(stack: Stack, flow: Any = "implicit") -> AsyncClient:
    """A front end of its own."""
    options = AsyncClientOptions(auto_refresh_token=False, flow_type=flow)
    return await acreate_client(stack.url, stack.publishable_key, options)


async def landing(stack: Stack, email: str) -> tuple[dict[str, str], dict[str, str]]:
    """Open the link of somebody's newest mail; the query and the fragment it leads to."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(link_in(await mail_to(stack, email)))
    assert answer.status_code == 303
    parts = urlsplit(answer.headers["location"])
    return dict(parse_qsl(parts.query)), dict(parse_qsl(parts.fragment))


async def test_a_short_password_is_refused(stack: Stack) -> None:
    client = await client_of(stack)
    with pytest.raises(AuthWeakPasswordError) as refused:
        await client.auth.sign_up({"email": somebody(), "password": "1234567"})
    assert (refused.value.code, refused.value.status) == ("weak_password", 422)


async def test_a_magic_link_signs_in(stack: Stack) -> None:
    email = somebody()
    server = await acreate_client(stack.url, stack.secret_key)
    await server.auth.admin.create_user({"email": email, "email_confirm": True})
    client = await client_of(stack)
    await client.auth.sign_in_with_otp({"email": email, "options": {"should_create_user": False}})
    _, fragment = await landing(stack, email)
    session = await client.auth.set_session(fragment["access_token"], fragment["refresh_token"])
    assert session.user is not None
    assert session.user.email == email


async def test_a_mailed_code_makes_an_account(stack: Stack) -> None:
    email = somebody()
    client = await client_of(stack)
    await client.auth.sign_in_with_otp({"email": email})
    code = code_in(await mail_to(stack, email))
    with pytest.raises(AuthApiError) as wrong:
        await client.auth.verify_otp(
            {"email": email, "token": "000000" if code != "000000" else "1" * 6, "type": "email"}
        )
    assert wrong.value.code == "otp_expired"
    answer = await client.auth.verify_otp({"email": email, "token": code, "type": "email"})
    assert answer.session is not None


async def test_a_code_for_nobody_is_refused_where_none_shall_be_made(stack: Stack) -> None:
    client = await client_of(stack)
    with pytest.raises(AuthApiError) as refused:
        await client.auth.sign_in_with_otp(
            {"email": somebody(), "options": {"should_create_user": False}}
        )
    assert refused.value.status == 422


async def test_a_pkce_code_is_for_the_front_end_that_asked(stack: Stack) -> None:
    email = somebody()
    client, thief = await client_of(stack, "pkce"), await client_of(stack, "pkce")
    await client.auth.sign_up({"email": email, "password": PASSWORD})
    query, fragment = await landing(stack, email)
    assert "access_token" not in fragment
    wrong: Any = {"auth_code": query["code"], "code_verifier": "x" * 64}
    with pytest.raises(AuthApiError):
        await thief.auth.exchange_code_for_session(wrong)
    right: Any = {"auth_code": query["code"]}
    answer = await client.auth.exchange_code_for_session(right)
    assert answer.user is not None
    assert answer.user.email == email


async def test_a_forgotten_password_is_replaced(stack: Stack) -> None:
    email = somebody()
    server = await acreate_client(stack.url, stack.secret_key)
    await server.auth.admin.create_user(
        {"email": email, "password": PASSWORD, "email_confirm": True}
    )
    client = await client_of(stack)
    await client.auth.reset_password_for_email(email)
    _, fragment = await landing(stack, email)
    assert fragment["type"] == "recovery"
    await client.auth.set_session(fragment["access_token"], fragment["refresh_token"])
    await client.auth.update_user({"password": "a brand new one"})
    again = await (await client_of(stack)).auth.sign_in_with_password(
        {"email": email, "password": "a brand new one"}
    )
    assert again.session is not None


async def test_a_new_address_counts_once_both_mailboxes_agreed(stack: Stack) -> None:
    client, _ = await member(stack)
    read = await client.auth.get_user()
    assert read is not None
    assert read.user.email is not None
    old, new = read.user.email, somebody()
    await client.auth.update_user({"email": new})
    _, halfway = await landing(stack, old)
    assert "message" in halfway
    still = await client.auth.get_user()
    assert still is not None
    assert still.user.email == old
    await landing(stack, new)
    changed = await client.auth.refresh_session()
    assert changed.user is not None
    assert changed.user.email == new


@pytest.mark.parametrize(
    ("scope", "mine", "theirs"),
    [("global", False, False), ("local", False, True), ("others", True, False)],
)
async def test_signing_out_ends_the_sessions_its_scope_names(
    stack: Stack, scope: Any, mine: bool, theirs: bool
) -> None:
    client, token = await member(stack)
    read = await client.auth.get_user()
    assert read is not None
    assert read.user.email is not None
    other = await client_of(stack)
    elsewhere = await other.auth.sign_in_with_password(
        {"email": read.user.email, "password": PASSWORD}
    )
    assert elsewhere.session is not None
    await client.auth.sign_out({"scope": scope})
    for kept, holds in ((token, mine), (elsewhere.session.refresh_token, theirs)):
        try:
            await (await client_of(stack)).auth.refresh_session(kept)
        except AuthApiError:
            assert not holds
        else:
            assert holds


async def test_a_session_lasts_24_hours(stack: Stack) -> None:
    client, _ = await member(stack)
    read = await client.auth.get_user()
    assert read is not None
    async with await psycopg.AsyncConnection.connect(stack.db_url) as database:
        await database.execute(
            "update auth.sessions set created_at = now() - interval '24 hours 1 second'"
            " where user_id = %s",
            [read.user.id],
        )
    with pytest.raises(AuthApiError) as refused:
        await client.auth.refresh_session()
    # The client's own list of codes lacks this one.
    assert str(refused.value.code) == "session_expired"


async def test_somebody_anonymous_becomes_somebody(stack: Stack) -> None:
    client, email = await client_of(stack), somebody()
    answer = await client.auth.sign_in_anonymously()
    assert answer.user is not None
    assert answer.user.is_anonymous
    await client.auth.update_user({"email": email})
    await landing(stack, email)
    known = await client.auth.refresh_session()
    assert known.user is not None
    assert (known.user.id, known.user.is_anonymous) == (answer.user.id, False)


async def test_a_servers_word_on_somebody_is_in_their_next_token(stack: Stack) -> None:
    client, _ = await member(stack)
    read = await client.auth.get_user()
    assert read is not None
    server = await acreate_client(stack.url, stack.secret_key)
    await server.auth.admin.update_user_by_id(read.user.id, {"app_metadata": {"plan": "pilot"}})
    await client.auth.update_user({"data": {"role": "admin"}})
    await client.auth.refresh_session()
    found = await client.auth.get_claims()
    assert found is not None
    claims: Any = found["claims"]
    assert claims["app_metadata"]["plan"] == "pilot"
    assert (claims["role"], claims["aal"], claims["is_anonymous"]) == (
        "authenticated",
        "aal1",
        False,
    )
