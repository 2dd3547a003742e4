"""supabase-py's admin calls: a server makes, lists, changes, invites and deletes people."""

from __future__ import annotations

import uuid

import psycopg
import pytest
from supabase import AsyncClient, AuthApiError, acreate_client

from tests.local.auth.people import PASSWORD, mail_to, somebody
from tests.support.stack import Stack


@pytest.fixture
async def server(stack: Stack) -> AsyncClient:
    return await acreate_client(stack.url, stack.secret_key)


async def test_a_server_makes_somebody_who_can_sign_in(stack: Stack, server: AsyncClient) -> None:
    chosen, email = str(uuid.uuid4()), somebody()
    made = await server.auth.admin.create_user(
        {"id": chosen, "email": email, "password": PASSWORD, "email_confirm": True}
    )
    assert made.user.id == chosen
    assert made.user.email_confirmed_at is not None
    person = await acreate_client(stack.url, stack.publishable_key)
    session = await person.auth.sign_in_with_password({"email": email, "password": PASSWORD})
    assert session.user is not None
    assert session.user.id == chosen


async def test_a_server_lists_reads_and_changes_people(server: AsyncClient) -> None:
    made = await server.auth.admin.create_user({"email": somebody()})
    listed = await server.auth.admin.list_users(page=1, per_page=1)
    assert [user.id for user in listed] == [made.user.id]
    await server.auth.admin.update_user_by_id(
        made.user.id, {"user_metadata": {"first_name": "Zoé"}, "app_metadata": {"plan": "gold"}}
    )
    read = await server.auth.admin.get_user_by_id(made.user.id)
    assert read.user.user_metadata["first_name"] == "Zoé"
    assert read.user.app_metadata["plan"] == "gold"


async def test_a_deletion_takes_the_person_out_of_the_profile(
    stack: Stack, server: AsyncClient
) -> None:
    made = await server.auth.admin.create_user(
        {"email": somebody(), "user_metadata": {"first_name": "Ada", "last_name": "Byron"}}
    )
    await server.auth.admin.delete_user(made.user.id)
    with pytest.raises(AuthApiError) as refused:
        await server.auth.admin.get_user_by_id(made.user.id)
    assert refused.value.code == "user_not_found"
    async with await psycopg.AsyncConnection.connect(stack.db_url) as database:
        found = await database.execute(
            "select first_name, last_name from profiles where id = %s", [made.user.id]
        )
        assert await found.fetchall() == [(None, None)]


async def test_an_invitation_arrives_by_its_template(stack: Stack, server: AsyncClient) -> None:
    email = somebody()
    invited = await server.auth.admin.invite_user_by_email(email)
    assert invited.user.invited_at is not None
    assert (await mail_to(stack, email))["subject"] == "Vous êtes invité"


@pytest.mark.parametrize("kind", ["signup", "invite", "magiclink", "recovery"])
async def test_a_link_is_made_and_its_hash_signs_in(
    stack: Stack, server: AsyncClient, kind: str
) -> None:
    email = somebody()
    if kind in {"magiclink", "recovery"}:
        await server.auth.admin.create_user({"email": email, "email_confirm": True})
    made = await server.auth.admin.generate_link(
        {"type": kind, "email": email, "password": PASSWORD}  # type: ignore[typeddict-item]  # by kind
    )
    assert made.properties.verification_type == kind
    person = await acreate_client(stack.url, stack.publishable_key)
    entered = await person.auth.verify_otp(
        {"type": kind, "token_hash": made.properties.hashed_token}  # type: ignore[typeddict-item]  # by kind
    )
    assert entered.user is not None
    assert entered.user.email == email


async def test_a_publishable_key_is_no_admin(stack: Stack) -> None:
    person = await acreate_client(stack.url, stack.publishable_key)
    with pytest.raises(AuthApiError) as refused:
        await person.auth.admin.list_users()
    assert (refused.value.status, refused.value.code) == (403, "not_admin")
