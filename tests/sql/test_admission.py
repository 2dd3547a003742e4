"""Coming in: with an account, and with the consent the academy asks for, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg.types.json import Jsonb

from tests.support.database import Actor, Db, acting_as, one, refused, rows, value
from tests.support.invitations import confirmed, invite, token_of
from tests.support.people import MECA, Cast
from tests.support.settings import anonymously, settings

TERMS = {"purpose": "terms", "version": "2026-11", "granted": True}


def join(db: Db, actor: Actor, *consents: Any) -> dict[str, Any]:
    with acting_as(db, actor):
        return one(
            db, "select * from public.join_academy('mecaformation', %s)", Jsonb(list(consents))
        )


def test_an_anonymous_user_joins_nothing(db: Db, cast: Cast) -> None:
    with refused("account_required", 403):
        join(db, anonymously(cast.sarah))


def test_an_anonymous_user_accepts_nothing(db: Db, cast: Cast) -> None:
    token = token_of(db, invite(db, cast.adele))
    ines = confirmed(db, "Ines")
    with refused("account_required", 403), acting_as(db, anonymously(ines)):
        db.execute("select public.accept_invitation(%s)", [token])


def test_the_answers_of_the_form_come_with_the_membership(db: Db, cast: Cast) -> None:
    join(db, cast.sarah, TERMS, {"purpose": "news", "version": "1", "granted": False})
    found = rows(
        db,
        "select purpose, version, granted from public.consent_tracking where user_id = %s"
        " order by id",
        cast.sarah.id,
    )
    assert found == [TERMS, {"purpose": "news", "version": "1", "granted": False}]


@pytest.mark.parametrize(
    "given",
    [
        [],
        [TERMS | {"granted": False}],
        [TERMS | {"version": "2025-01"}],
        [TERMS | {"purpose": "news"}],
        [TERMS, TERMS | {"granted": False}],
    ],
)
def test_without_the_required_consent_nobody_comes_in(
    db: Db, cast: Cast, given: list[dict[str, Any]]
) -> None:
    settings(db, {"required_consents": {"terms": "2026-11"}})
    with refused("consent_required", 403), db.transaction():
        join(db, cast.sarah, *given)
    mine = "select count(*) from public.{} where user_id = %s"
    for table in ("members", "consent_tracking", "email_messages"):
        assert value(db, mine.format(table).encode(), cast.sarah.id) == 0  # type: ignore[arg-type]


def test_with_it_they_do_and_an_earlier_answer_counts(db: Db, cast: Cast) -> None:
    settings(db, {"required_consents": {"terms": "2026-11"}})
    join(db, cast.sarah, TERMS)
    with acting_as(db, cast.sarah):
        db.execute("select public.leave_academy(%s)", [MECA])
    assert join(db, cast.sarah)["status"] == "active"


def test_an_invitation_asks_for_it_too(db: Db, cast: Cast) -> None:
    settings(db, {"required_consents": {"terms": "2026-11"}})
    token = token_of(db, invite(db, cast.adele))
    ines = confirmed(db, "Ines")
    with refused("consent_required", 403), acting_as(db, ines):
        db.execute("select public.accept_invitation(%s)", [token])
    with acting_as(db, ines):
        db.execute("select public.accept_invitation(%s, %s)", [token, Jsonb([TERMS])])
    assert value(db, "select status from public.members where user_id = %s", ines.id) == "active"


@pytest.mark.parametrize(
    "given",
    [{}, "x", None, [TERMS] * 21, [1], [{}], [TERMS | {"granted": "true"}],
     [TERMS | {"purpose": None}], [TERMS | {"version": "a b"}]],
)  # fmt: skip
def test_answers_that_are_none_are_refused(db: Db, cast: Cast, given: Any) -> None:
    with refused("consent_invalid", 422), acting_as(db, cast.sarah):
        db.execute("select public.join_academy('mecaformation', %s)", [Jsonb(given)])
