"""Mails in the outbox, as SQL tests need them."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from tests.support.database import Db, acting_as, column, one, value
from tests.support.people import MECA, SERVICE, Person


def queue(
    db: Db, reader: Person, template: str = "welcome", refs: str = "{}", academy: UUID = MECA
) -> UUID:
    """Queue a mail and return its id."""
    key = f"test:{uuid4()}"
    db.execute(
        "select private.queue_email(%s, %s, %s, %s, %s)",
        [academy, reader.id, template, refs, key],
    )
    found: UUID = value(db, "select id from public.email_messages where dedupe_key = %s", key)
    return found


def take(db: Db, email: UUID) -> dict[str, Any] | None:
    """Take a mail up as the worker does; None: there is nothing to send; {failed}: given up."""
    with acting_as(db, SERVICE):
        taken: dict[str, Any] | None = value(db, "select worker.email_to_send(%s)", email)
    return taken


def send(db: Db, email: UUID) -> bool:
    """Take a mail up and say that it was accepted; false: it was not to be sent."""
    if "to" not in (take(db, email) or {}):
        return False
    with acting_as(db, SERVICE):
        db.execute("select worker.email_sent(%s, 'smtp', 'x@y')", [email])
    return True


def state(db: Db, email: UUID) -> str:
    """`status code` of a mail."""
    row = one(db, "select status, error_code from public.email_messages where id = %s", email)
    return f"{row['status']} {row['error_code'] or ''}".strip()


def history(db: Db, email: UUID) -> list[str]:
    """The kinds of a mail's events, oldest first."""
    return column(db, "select kind from public.email_events where email_id = %s order by id", email)


def kind(db: Db, name: str, template: str = "welcome") -> None:
    """Make a template urgent, normal or bulk."""
    db.execute("update private.mail_templates set kind = %s where template = %s", [name, template])
