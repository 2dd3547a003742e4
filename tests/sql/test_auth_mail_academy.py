"""Who carries a sign-in link: it opens every academy, so nobody carries it for another's people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.support.database import Db, one
from tests.support.people import AURORA, MECA, Cast, Person

PAGE = "cours.aurora50.example"


@pytest.fixture
def aurora_sends_itself(db: Db) -> None:
    """Aurora50 has a mail account of its own, and a page that Auth leads back to."""
    db.execute(
        "insert into private.provider_accounts"
        " (academy_id, provider, slug, mode, is_default, secret_name)"
        " values (%s, 'smtp', 'aurora50-smtp', 'live', true, 'AURORA50_SMTP')",
        [AURORA],
    )
    db.execute(
        "update public.academies set allowed_return_hosts = array[%s] where id = %s",
        [PAGE, AURORA],
    )


def chosen(db: Db, person: Person | None, host: str = PAGE) -> tuple[UUID, bool]:
    account: Any = person and person.id
    row = one(db, "select * from private.auth_mail_academy(%s, %s)", account, host)
    return row["academy"], row["neutral"]


@pytest.mark.usefixtures("aurora_sends_itself")
def test_a_link_of_anothers_member_is_not_carried_by_the_academy_of_the_page(
    db: Db, cast: Cast
) -> None:
    assert chosen(db, cast.alice) == (MECA, False)


@pytest.mark.usefixtures("aurora_sends_itself")
def test_a_stranger_on_the_page_gets_a_neutral_mail(db: Db, cast: Cast) -> None:
    academy, neutral = chosen(db, cast.sarah)
    assert academy != AURORA
    assert neutral


@pytest.mark.usefixtures("aurora_sends_itself")
def test_who_is_a_member_of_two_academies_gets_a_neutral_mail(db: Db, cast: Cast) -> None:
    db.execute(
        "insert into public.members (academy_id, user_id) values (%s, %s)", [AURORA, cast.alice.id]
    )
    academy, _ = chosen(db, cast.alice)
    assert academy != AURORA


@pytest.mark.usefixtures("aurora_sends_itself")
def test_members_of_the_academy_alone_get_its_own(db: Db, cast: Cast) -> None:
    assert chosen(db, cast.dora) == (AURORA, False)


def test_without_accounts_of_their_own_the_page_decides_for_strangers(db: Db, cast: Cast) -> None:
    db.execute(
        "update public.academies set allowed_return_hosts = array[%s] where id = %s",
        [PAGE, AURORA],
    )
    assert chosen(db, cast.sarah) == (AURORA, False)
