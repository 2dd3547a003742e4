"""Inviting and accepting, as staff and invitees do it; the token is read from the mail."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.support.database import Db, acting_as, one, value
from tests.support.people import MECA, SERVICE, Person, sign_up


def invite(
    db: Db, staff: Person, email: str = "ines@example.org", role: str = "student",
    academy: UUID = MECA,
) -> UUID:  # fmt: skip
    """Invite an address; returns the invitation's id."""
    with acting_as(db, staff):
        made: UUID = value(db, "select public.invite(%s, %s, %s)", academy, email, role)
    return made


def mail_of(db: Db, invitation: UUID) -> dict[str, Any] | None:
    """The invitation's mail as the worker takes it up; None if it is not to be sent."""
    email = value(db, "select id from public.email_messages where invitation_id = %s", invitation)
    with acting_as(db, SERVICE):
        mail: dict[str, Any] | None = value(db, "select worker.email_to_send(%s)", email)
    return mail


def token_of(db: Db, invitation: UUID) -> str:
    """The token in the mail's link."""
    mail = mail_of(db, invitation)
    assert mail is not None
    return str(mail["data"]["invitation_url"].partition("#token=")[2])


def accept(db: Db, person: Person, token: str) -> dict[str, Any]:
    """Accept as the person; returns the membership."""
    with acting_as(db, person):
        return one(db, "select * from public.accept_invitation(%s)", token)


def confirmed(db: Db, name: str, email: str | None = None) -> Person:
    """Somebody who signed up and confirmed the address."""
    person = sign_up(db, name, email=email)
    confirm(db, person)
    return person


def confirm(db: Db, person: Person) -> None:
    """Confirm somebody's address, as the link in Auth's mail does."""
    db.execute("update auth.users set email_confirmed_at = now() where id = %s", [person.id])
