"""Demo people: every account marked, every password new, and nobody elsewhere by accident."""

from __future__ import annotations

import httpx
import psycopg
import pytest
from supabase import acreate_client

from preau import demo_people
from preau.cli import database, target
from preau.errors import PreauError
from preau.local.paths import Home
from tests.support.stack import Stack


async def test_demo_people_sign_in_with_the_password_shown_once(stack: Stack) -> None:
    with psycopg.connect(stack.db_url, autocommit=True) as connection:
        first = list(demo_people.make(stack.url, stack.secret_key, connection))
        again = list(demo_people.make(stack.url, stack.secret_key, connection))
        marked = connection.execute(
            "select count(*) from auth.users where email = any(%s)"
            " and raw_app_meta_data ->> 'demo' = 'true'",
            [[person.email for person in demo_people.PEOPLE]],
        ).fetchone()
        mails = connection.execute(
            "select count(*) from public.email_messages as m"
            " join auth.users as u on u.id = m.user_id where u.email like '%.local'"
        ).fetchone()
    passwords = [password for _, password in first]
    assert None not in passwords
    assert len(set(passwords)) == len(demo_people.PEOPLE)
    assert {password for _, password in again} == {None}
    assert (marked, mails) == ((len(demo_people.PEOPLE),), (0,))

    parent, password = next(made for made in first if made[0].role == "parent")
    assert password is not None
    client = await acreate_client(stack.url, stack.publishable_key)
    await client.auth.sign_in_with_password({"email": parent.email, "password": password})
    seen = await client.table("profiles").select("first_name").order("first_name").execute()
    assert seen.data == [{"first_name": "Nour"}, {"first_name": "Paul"}]


def test_an_account_that_is_no_demo_gets_no_role(stack: Stack) -> None:
    with stack.clone() as url, psycopg.connect(url) as connection:
        connection.execute(
            "insert into auth.users (id, email) values (gen_random_uuid(), 'paul@example.org')"
        )
        with pytest.raises(psycopg.Error, match="no demo person"):
            connection.execute(
                "select private.place_demo_person('mecaformation', 'paul@example.org', 'admin')"
            )


def test_nobody_is_made_elsewhere_unless_it_is_really_meant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SUPABASE_URL", "https://preau.example")
    elsewhere = target.Database("postgresql://postgres@db.example.org/postgres", local=False)
    monkeypatch.setattr(httpx.Client, "post", lambda *_, **__: pytest.fail("it asked Auth"))
    with pytest.raises(PreauError) as refused:
        database._seed_demo(Home.find(None), elsewhere, really=False)
    assert refused.value.code == "demo_elsewhere"
