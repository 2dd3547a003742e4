from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.support.database import Db, acting_as, column, one, refused, rows, value
from tests.support.people import ANON, AURORA, MECA, Cast, Person, admit, sign_up


def test_signing_up_makes_a_profile_and_private_details(db: Db) -> None:
    alice = sign_up(db, "Alice")
    profile = one(db, "select full_name from public.profiles where id = %s", alice.id)
    details = one(db, "select email from public.profile_details where user_id = %s", alice.id)
    assert profile == {"full_name": "Alice Martin"}
    assert details == {"email": "alice@example.org"}


def test_a_newcomer_belongs_to_no_academy(db: Db) -> None:
    sarah = sign_up(db, "Sarah")
    assert rows(db, "select from public.members where user_id = %s", sarah.id) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Alice  ", "Alice"),
        ("Alice\r\nBcc: all@example.org", "Alice Bcc: all@example.org"),
        ("\t\n", None),
        ("", None),
        ("x" * 500, "x" * 80),
        ("x" * 79 + " y", "x" * 79),
        ("Zoé-Élodie", "Zoé-Élodie"),
        (42, "42"),
        (None, None),
    ],
)
def test_names_are_trimmed_to_one_short_line(db: Db, typed: object, kept: str | None) -> None:
    person = sign_up(db, "Alice", meta={"first_name": typed})
    found = value(db, "select first_name from public.profiles where id = %s", person.id)
    assert found == kept


def test_roles_and_plans_typed_at_sign_up_are_ignored(db: Db) -> None:
    meta = {
        "role": "admin",
        "roles": ["admin"],
        "is_admin": True,
        "academy_id": str(MECA),
        "subscription_type": "premium",
        "id": str(uuid4()),
    }
    mallory = sign_up(db, "Mallory", meta=meta)
    with acting_as(db, mallory):
        assert column(
            db, "select private.my_academies_as(enum_range(null::public.member_role))"
        ) == [[]]
        assert column(db, "select id from public.profiles") == [mallory.id]
    assert rows(db, "select from public.member_roles where user_id = %s", mallory.id) == []


@pytest.mark.parametrize(
    "meta", [None, [], "text", 7, {"first_name": {"a": [1]}}, {"first_name": []}]
)
def test_malformed_metadata_does_not_break_sign_up(db: Db, meta: object) -> None:
    person = Person(uuid4(), "Odd")
    db.execute(
        "insert into auth.users (id, email, raw_user_meta_data) values (%s, %s, %s)",
        [person.id, person.email, Jsonb(meta)],
    )
    assert rows(db, "select from public.profile_details where user_id = %s", person.id) != []


def test_missing_metadata_and_a_missing_address_do_not_break_sign_up(db: Db) -> None:
    person = uuid4()
    db.execute("insert into auth.users (id, raw_user_meta_data) values (%s, null)", [person])
    details = one(db, "select email from public.profile_details where user_id = %s", person)
    assert details == {"email": None}


def test_a_confirmed_change_of_address_is_mirrored(db: Db) -> None:
    alice = sign_up(db, "Alice")
    db.execute("update auth.users set email = 'new@example.org' where id = %s", [alice.id])
    found = value(db, "select email from public.profile_details where user_id = %s", alice.id)
    assert found == "new@example.org"


def test_deleting_an_account_takes_the_person_out_of_the_row(db: Db, cast: Cast) -> None:
    alice = cast.alice
    db.execute(
        "update public.profiles set avatar_url = 'https://a.b/c', cover_url = 'https://a.b/d',"
        " bio = 'Bonjour' where id = %s",
        [alice.id],
    )
    db.execute("delete from auth.users where id = %s", [alice.id])
    found = one(
        db,
        "select first_name, last_name, full_name, avatar_url, cover_url, bio"
        " from public.profiles where id = %s",
        alice.id,
    )
    assert set(found.values()) == {None}
    assert rows(db, "select from public.profile_details where user_id = %s", alice.id) == []


def test_a_deleted_account_leaves_every_academy_and_keeps_its_row(db: Db, cast: Cast) -> None:
    admit(db, cast.alice, AURORA, "coach")
    db.execute("delete from auth.users where id = %s", [cast.alice.id])
    found = column(db, "select status from public.members where user_id = %s", cast.alice.id)
    assert found == ["left", "left"]
    assert rows(db, "select from public.member_roles where user_id = %s", cast.alice.id) == []


def test_the_same_address_may_sign_up_again_after_deletion(db: Db) -> None:
    first = sign_up(db, "Alice")
    db.execute("delete from auth.users where id = %s", [first.id])
    second = sign_up(db, "Alice")
    assert second.id != first.id


def test_ensure_profile_makes_what_an_old_account_lacks(db: Db) -> None:
    alice = sign_up(db, "Alice")
    db.execute("delete from public.profile_details where user_id = %s", [alice.id])
    db.execute("delete from public.profiles where id = %s", [alice.id])
    with acting_as(db, alice):
        made = one(db, "select * from public.ensure_profile()")
    assert (made["id"], made["full_name"]) == (alice.id, "Alice Martin")


def test_ensure_profile_changes_nothing_that_is_there(db: Db) -> None:
    alice = sign_up(db, "Alice")
    db.execute("update public.profiles set first_name = 'Alix' where id = %s", [alice.id])
    with acting_as(db, alice):
        for _ in range(2):
            assert one(db, "select * from public.ensure_profile()")["first_name"] == "Alix"


def test_ensure_profile_refuses_a_token_of_a_deleted_account(db: Db) -> None:
    ghost = Person(uuid4(), "Ghost")
    with refused("profile_not_found", 404), acting_as(db, ghost):
        one(db, "select * from public.ensure_profile()")


def test_anon_has_no_profile_to_ensure(db: Db) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting_as(db, ANON):
        rows(db, "select * from public.ensure_profile()")


@pytest.mark.parametrize("field", ["avatar_url", "cover_url"])
@pytest.mark.parametrize(
    ("address", "fine"),
    [
        ("https://cdn.example.org/" + "a" * 300 + ".png", True),
        ("http://127.0.0.1:54321/storage/v1/object/public/a.png", True),
        ("javascript:alert(1)", False),
        ("https://cdn.example.org/a b.png", False),
        ("https://cdn.example.org/" + "a" * 600, False),
    ],
)
def test_pictures_are_web_addresses(db: Db, field: str, address: str, fine: bool) -> None:
    alice = sign_up(db, "Alice")
    query = psycopg.sql.SQL("update public.profiles set {} = %s where id = %s").format(
        psycopg.sql.Identifier(field)
    )
    if fine:
        db.execute(query, [address, alice.id])
    else:
        with pytest.raises(psycopg.errors.CheckViolation):
            db.execute(query, [address, alice.id])
