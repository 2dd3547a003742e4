"""supabase-py accepts Auth's answers (its models are stricter than supabase-js is)."""

from __future__ import annotations

import httpx
import pytest
from supabase import AsyncClient, AuthApiError, acreate_client

from tests.local.auth.people import PASSWORD, code_in, link_in, mail_to, somebody
from tests.support.stack import Stack


@pytest.fixture
async def client(stack: Stack) -> AsyncClient:
    return await acreate_client(stack.url, stack.publishable_key)


async def signed_in(stack: Stack, client: AsyncClient) -> str:
    """Sign somebody up, confirm by code, and return the address; the client has the session."""
    email = somebody()
    await client.auth.sign_up({"email": email, "password": PASSWORD})
    token = code_in(await mail_to(stack, email))
    await client.auth.verify_otp({"email": email, "token": token, "type": "email"})
    return email


async def test_signing_up_gives_a_user_and_no_session(client: AsyncClient) -> None:
    answer = await client.auth.sign_up({"email": somebody(), "password": PASSWORD})
    assert answer.session is None
    assert answer.user is not None
    assert answer.user.email_confirmed_at is None
    assert answer.user.identities


async def test_the_link_in_the_mail_confirms(stack: Stack, client: AsyncClient) -> None:
    email = somebody()
    await client.auth.sign_up({"email": email, "password": PASSWORD})
    with pytest.raises(AuthApiError) as refused:
        await client.auth.sign_in_with_password({"email": email, "password": PASSWORD})
    assert refused.value.code == "email_not_confirmed"
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(link_in(await mail_to(stack, email)))
    assert answer.status_code == 303
    session = await client.auth.sign_in_with_password({"email": email, "password": PASSWORD})
    assert session.user is not None
    assert session.user.email_confirmed_at is not None


async def test_a_session_reads_its_user_and_refreshes(stack: Stack, client: AsyncClient) -> None:
    email = await signed_in(stack, client)
    read = await client.auth.get_user()
    assert read is not None
    assert read.user.email == email
    refreshed = await client.auth.refresh_session()
    assert refreshed.session is not None
    claims = await client.auth.get_claims(refreshed.session.access_token)
    assert claims is not None
    assert claims["claims"]["sub"] == read.user.id


async def test_a_user_changes_metadata_and_password(stack: Stack, client: AsyncClient) -> None:
    email = await signed_in(stack, client)
    changed = await client.auth.update_user({"data": {"first_name": "Zoé"}})
    assert changed.user.user_metadata["first_name"] == "Zoé"
    await client.auth.update_user({"password": "brand new one"})
    await client.auth.sign_out()
    again = await client.auth.sign_in_with_password({"email": email, "password": "brand new one"})
    assert again.session is not None


async def test_a_wrong_password_has_its_code(client: AsyncClient) -> None:
    with pytest.raises(AuthApiError) as refused:
        await client.auth.sign_in_with_password({"email": somebody(), "password": "wrong wrong"})
    assert refused.value.code == "invalid_credentials"
    assert refused.value.status == 400


async def test_resetting_the_password_by_code(stack: Stack, client: AsyncClient) -> None:
    email = await signed_in(stack, client)
    stranger = await acreate_client(stack.url, stack.publishable_key)
    await stranger.auth.reset_password_for_email(email)
    for _ in range(40):
        mail = await mail_to(stack, email)
        if mail["subject"] == "Choisissez un nouveau mot de passe":
            break
    token = code_in(mail)
    answer = await stranger.auth.verify_otp({"email": email, "token": token, "type": "recovery"})
    assert answer.session is not None


async def test_storage_gives_back_what_it_got(stack: Stack) -> None:
    server = await acreate_client(stack.url, stack.secret_key)
    name = f"py-{somebody()[7:20]}"
    await server.storage.create_bucket(name, options={"public": False})
    try:
        files = server.storage.from_(name)
        await files.upload("a/b.txt", b"bonjour", {"content-type": "text/plain"})
        assert await files.download("a/b.txt") == b"bonjour"
        signed = await files.create_signed_url("a/b.txt", 60)
        async with httpx.AsyncClient() as anybody:
            assert (await anybody.get(str(signed["signedURL"]))).content == b"bonjour"
    finally:
        await server.storage.empty_bucket(name)
        await server.storage.delete_bucket(name)
