"""A sign-up is whole or it is not: a trigger that refuses undoes it, and so does a lost mail."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import psycopg
import pytest

from tests.local.auth.people import PASSWORD, somebody
from tests.support.stack import Stack

REFUSED = "refused-by-trigger.test"


@pytest.fixture(scope="module")
def database(stack: Stack) -> Iterator[psycopg.Connection]:
    with psycopg.connect(stack.db_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def refusing_trigger(database: psycopg.Connection) -> Iterator[None]:
    """A trigger of ours on auth.users that refuses one domain."""
    database.execute(
        f"""
        create schema test_atomic;
        grant usage on schema test_atomic to public;
        create function test_atomic.refuse() returns trigger language plpgsql as $$
        begin
            if new.email like '%{REFUSED}' then
                raise exception 'not this one';
            end if;
            return new;
        end $$;
        create trigger test_atomic after insert on auth.users
        for each row execute function test_atomic.refuse();
        """
    )
    yield
    database.execute("drop schema test_atomic cascade")


def sign_up(stack: Stack, email: str) -> httpx.Response:
    return httpx.post(
        f"{stack.url}/auth/v1/signup",
        headers={"apikey": stack.publishable_key},
        json={"email": email, "password": PASSWORD},
    )


def users(database: psycopg.Connection, email: str) -> int:
    row = database.execute("select count(*) from auth.users where email = %s", [email]).fetchone()
    assert row
    return int(row[0])


@pytest.mark.usefixtures("refusing_trigger")
def test_a_trigger_that_refuses_undoes_the_sign_up(
    stack: Stack, database: psycopg.Connection
) -> None:
    email = somebody().replace("example.test", REFUSED)
    answer = sign_up(stack, email)
    assert answer.status_code == 500
    assert answer.json()["msg"] == "Database error saving new user"
    assert "not this one" not in answer.text
    assert users(database, email) == 0


def test_a_mail_that_cannot_be_sent_undoes_the_sign_up(
    stack: Stack, database: psycopg.Connection
) -> None:
    email = somebody()
    inbox = stack.inbox_url
    httpx.post(
        f"{inbox}/_inbox/faults", json={"smtp": "reject_permanently", "to": email}
    ).raise_for_status()
    answer = sign_up(stack, email)
    assert answer.status_code == 500
    assert answer.json()["msg"] == "Error sending confirmation email"
    assert users(database, email) == 0
    assert sign_up(stack, email).status_code == 200
