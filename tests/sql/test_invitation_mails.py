"""The mail of an invitation: the only place where its link stands, and only until it is sent."""

from __future__ import annotations

from hashlib import sha256

import psycopg
import pytest

from tests.support.database import Db, acting_as, one, rows, value
from tests.support.invitations import accept, confirmed, invite, mail_of, token_of
from tests.support.people import SERVICE, Cast


def test_the_mail_carries_the_link_to_the_address(db: Db, cast: Cast) -> None:
    made = invite(db, cast.adele)
    mail = mail_of(db, made)
    assert mail is not None
    assert mail["to"] == {"email": "ines@example.org", "name": None}
    assert (mail["template"], mail["locale"]) == ("invitation", "fr")
    assert mail["data"]["role"] == "student"
    url = mail["data"]["invitation_url"]
    assert url.startswith("https://mecaformation.fr/invitation#token=")
    assert len(url.partition("#token=")[2]) == 64


def test_somebody_known_is_written_to_by_name_and_in_their_language(db: Db, cast: Cast) -> None:
    db.execute(
        "update public.profile_details set locale = 'en' where user_id = %s", [cast.sarah.id]
    )
    mail = mail_of(db, invite(db, cast.adele, cast.sarah.email))
    assert mail is not None
    assert (mail["locale"], mail["data"]["first_name"]) == ("en", "Sarah")


def test_only_the_hash_of_the_token_is_kept(db: Db, cast: Cast) -> None:
    made = invite(db, cast.adele)
    token = token_of(db, made)
    assert (
        value(db, "select token_hash from private.invitations") == sha256(token.encode()).digest()
    )
    kept = " ".join(
        str(row)
        for table in ("private.invitations", "public.email_messages", "pgmq.q_emails",
                      "public.audit_log", "private.invitation_seeds")
        for row in rows(db, f"select t::text from {table} as t")  # noqa: S608 - names from the tuple above
    )  # fmt: skip
    assert token not in kept
    assert "@" not in value(db, "select message::text from pgmq.q_emails")


def test_once_the_mail_is_sent_nobody_can_make_the_link_again(db: Db, cast: Cast) -> None:
    made = invite(db, cast.adele)
    token = token_of(db, made)
    with acting_as(db, SERVICE):
        db.execute(
            "select worker.email_sent(id, 'smtp', 'id-1') from public.email_messages"
            " where invitation_id = %s", [made],
        )  # fmt: skip
    assert rows(db, "select from private.invitation_seeds") == []
    assert value(db, "select private.invitation_url(%s)", made) is None
    ines = confirmed(db, "Ines")
    assert accept(db, ines, token)["status"] == "active"


def test_a_mail_tried_again_has_the_same_link(db: Db, cast: Cast) -> None:
    made = invite(db, cast.adele)
    assert token_of(db, made) == token_of(db, made)


@pytest.mark.parametrize("how", ["revoked", "expired", "accepted"])
def test_the_mail_of_a_closed_invitation_is_not_sent(db: Db, cast: Cast, how: str) -> None:
    made = invite(db, cast.adele)
    if how == "revoked":
        with acting_as(db, cast.adele):
            db.execute("select public.revoke_invitation(%s)", [made])
    elif how == "expired":
        db.execute("update private.invitations set expires_at = now()")
    else:
        accept(db, confirmed(db, "Ines"), token_of(db, made))
    assert mail_of(db, made) is None
    assert one(
        db, "select status, error_code from public.email_messages where invitation_id = %s", made
    ) == {"status": "cancelled", "error_code": "invitation_closed"}


def test_a_mail_has_a_member_or_an_invitee_never_both_or_none(db: Db, cast: Cast) -> None:
    made = invite(db, cast.adele)
    for change in (
        "update public.email_messages set user_id = %(user)s where invitation_id = %(id)s",
        "update public.email_messages set invitation_id = null where invitation_id = %(id)s",
    ):
        with pytest.raises(psycopg.errors.CheckViolation), db.transaction():
            db.execute(change.encode(), {"user": cast.alice.id, "id": made})
