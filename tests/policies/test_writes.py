from __future__ import annotations

import pytest

from tests.support.database import Db, acting_as, forbidden, one, value
from tests.support.people import Cast


@pytest.mark.parametrize("column", ["first_name", "last_name", "avatar_url", "cover_url", "bio"])
def test_people_edit_their_own_profile(db: Db, cast: Cast, column: str) -> None:
    text = "https://a.b/c" if column.endswith("url") else "Alix"
    change = f"update public.profiles set {column} = %s where id = %s returning {column}"  # noqa: S608 - names from the list above
    with acting_as(db, cast.alice):
        mine = one(db, "select full_name from public.profiles where id = %s", cast.alice.id)
        assert mine == {"full_name": "Alice Martin"}
        done = db.execute(change.encode(), [text, cast.alice.id]).fetchall()
    assert done == [{column: text}]


def test_the_full_name_follows_its_parts(db: Db, cast: Cast) -> None:
    with acting_as(db, cast.alice):
        db.execute("update public.profiles set first_name = 'Alix', last_name = 'Durand'")
        mine = "select full_name from public.profiles where id = %s"
        assert value(db, mine, cast.alice.id) == "Alix Durand"


def test_people_edit_their_own_details(db: Db, cast: Cast) -> None:
    with acting_as(db, cast.alice):
        db.execute(
            "update public.profile_details set phone = '+33 6 00 00 00 00', city = 'Lyon',"
            " birth_date = '1990-05-01', notification_preferences = '{\"news\": false}'"
        )
        assert value(db, "select city from public.profile_details") == "Lyon"


def test_nobody_edits_anothers_profile(db: Db, cast: Cast) -> None:
    for other in (cast.bob, cast.armand, cast.adele, cast.sarah):
        with acting_as(db, other):
            changed = db.execute(
                "update public.profiles set bio = 'x' where id = %s", [cast.alice.id]
            )
        assert changed.rowcount == 0


@pytest.mark.parametrize(
    "change",
    [
        "update public.profile_details set email = 'x@example.org'",
        "update public.profiles set id = gen_random_uuid()",
        "update public.profiles set created_at = now()",
        "update public.profile_details set user_id = gen_random_uuid()",
        "update public.members set status = 'active'",
        "update public.member_roles set role = 'admin'",
        "update public.orders set status = 'paid', paid_at = now()",
        "update public.orders set total_amount = 1",
        "update public.payments set status = 'succeeded'",
        "update public.enrollments set status = 'active'",
        "update public.enrollments set progress_percentage = 100",
        "update public.entitlements set valid_until = null",
        "update public.offers set amount = 0",
        "update public.cohorts set seats = 1000",
        "update public.academies set sender_email = 'x@example.org'",
        "update public.consent_tracking set granted = true",
        "delete from public.consent_tracking",
        "insert into private.invitations default values",
        "select seed from private.invitation_seeds",
    ],
)
@pytest.mark.parametrize("name", ["alice", "adele"])
def test_what_belongs_to_the_database_is_refused(
    db: Db, cast: Cast, name: str, change: str
) -> None:
    """To admins too: they change such things through RPC."""
    with forbidden(), acting_as(db, getattr(cast, name)):
        db.execute(change.encode())


def test_nobody_reads_an_outbox_address_or_key(db: Db, cast: Cast) -> None:
    for secret in ("refs", "dedupe_key", "error_message", "provider_message_id"):
        with forbidden(), acting_as(db, cast.adele):
            db.execute(f"select {secret} from public.email_messages".encode())  # noqa: S608 - names from the list above
