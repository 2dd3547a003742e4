"""The history of a mail: written where each state is taken, read by its recipient and by staff."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.support.database import Db, acting_as, column, forbidden, one, rows, value
from tests.support.people import MECA, SERVICE, Cast


def mail(db: Db, cast: Cast, template: str = "welcome", refs: str = "{}") -> UUID:
    """Queue a mail to alice."""
    db.execute(
        "select private.queue_email(%s, %s, %s, %s, %s)",
        [MECA, cast.alice.id, template, refs, f"test:{template}"],
    )
    found: UUID = value(
        db, "select id from public.email_messages where dedupe_key = %s", f"test:{template}"
    )
    return found


def take(db: Db, email: UUID) -> dict[str, object] | None:
    with acting_as(db, SERVICE):
        taken: dict[str, object] | None = value(db, "select worker.email_to_send(%s)", email)
    return taken


def history(db: Db, email: UUID) -> list[str]:
    return column(db, "select kind from public.email_events where email_id = %s order by id", email)


def test_every_try_is_in_the_history(db: Db, cast: Cast) -> None:
    email = mail(db, cast)
    take(db, email)
    with acting_as(db, SERVICE):
        db.execute("select worker.email_failed(%s, 'smtp_deferred', 'later', false)", [email])
    take(db, email)
    with acting_as(db, SERVICE):
        db.execute("select worker.email_sent(%s, 'smtp', 'x@y')", [email])
    assert history(db, email) == ["queued", "sending", "queued", "sending", "sent"]
    assert column(
        db, "select code from public.email_events where email_id = %s and code is not null", email
    ) == ["smtp_deferred"]


def test_a_mail_about_what_is_gone_is_cancelled_as_not_due(db: Db, cast: Cast) -> None:
    email = mail(
        db, cast, "payment_confirmed", '{"order_id": "00000000-0000-4000-8000-000000000000"}'
    )
    assert take(db, email) is None
    assert history(db, email) == ["queued", "sending", "cancelled"]
    found = one(db, "select status, error_code from public.email_messages where id = %s", email)
    assert found == {"status": "cancelled", "error_code": "not_due"}


def test_the_facts_attachments_travel_beside_the_data(db: Db, cast: Cast) -> None:
    db.execute(
        "create or replace function private.mail_facts_welcome(email public.email_messages)"
        " returns jsonb language sql stable set search_path = '' as"
        """ $$ select '{"formation_count": 3, "attachments": [{"bucket": "b"}]}'::jsonb $$"""
    )
    taken = take(db, mail(db, cast))
    assert taken is not None
    assert taken["attachments"] == [{"bucket": "b"}]
    assert isinstance(taken["data"], dict)
    assert "attachments" not in taken["data"]


def test_the_recipient_and_staff_read_a_mails_history(db: Db, cast: Cast) -> None:
    email = mail(db, cast)
    for reader, expected in [
        (cast.alice, 1),
        (cast.armand, 1),
        (cast.bob, 0),
        (cast.colette, 0),
        (cast.auguste, 0),
        (cast.sarah, 0),
    ]:
        with acting_as(db, reader):
            found = rows(db, "select id, kind from public.email_events where email_id = %s", email)
            assert len(found) == expected, reader.name


def test_no_client_reads_the_providers_words_or_writes_history(db: Db, cast: Cast) -> None:
    mail(db, cast)
    for statement in (
        "select detail from public.email_events",
        "delete from public.email_events where true",
        "update public.email_events set kind = 'sent' where true",
    ):
        with forbidden(), acting_as(db, cast.adele):
            db.execute(statement)


def test_history_is_never_rewritten(db: Db, cast: Cast) -> None:
    mail(db, cast)
    with pytest.raises(psycopg.Error, match="never changed"), db.transaction():
        db.execute("update public.email_events set kind = 'sent' where true")


def test_the_same_telling_of_a_provider_counts_once(db: Db, cast: Cast) -> None:
    email = mail(db, cast)
    insert = (
        "insert into public.email_events (academy_id, email_id, kind, provider_event_id)"
        " values (%s, %s, 'delivered', 'event-1')"
    )
    db.execute(insert, [MECA, email])
    with pytest.raises(psycopg.errors.UniqueViolation), db.transaction():
        db.execute(insert, [MECA, email])


def test_a_mail_given_up_is_sent_when_its_dead_letter_is_replayed(db: Db, cast: Cast) -> None:
    email = mail(db, cast)
    take(db, email)
    with acting_as(db, SERVICE):
        db.execute("select worker.email_failed(%s, 'smtp_refused', '550', true)", [email])
    assert take(db, email) == {"failed": "smtp_refused"}
    payloads = Jsonb([{"email_id": str(email)}])
    db.execute("select private.reopen_emails(%s)", [payloads])  # as replaying its letter does
    assert take(db, email) is not None
    with acting_as(db, SERVICE):
        db.execute("select worker.email_sent(%s, 'smtp', 'x@y')", [email])
    assert history(db, email) == ["queued", "sending", "failed", "queued", "sending", "sent"]


@pytest.mark.parametrize("status", ["sent", "cancelled", "suppressed"])
def test_a_mail_that_has_ended_stays_so(db: Db, cast: Cast, status: str) -> None:
    email = mail(db, cast)
    db.execute(
        "update public.email_messages set status = %s,"
        " sent_at = case when %s = 'sent' then now() end where id = %s",
        [status, status, email],
    )
    assert take(db, email) is None


def test_a_mail_that_may_have_been_taken_five_times_stays_given_up(db: Db, cast: Cast) -> None:
    email = mail(db, cast)
    for _ in range(5):
        take(db, email)
        with acting_as(db, SERVICE):
            db.execute("select worker.email_failed(%s, 'smtp_interrupted', '?', false)", [email])
    for _ in range(2):
        assert take(db, email) == {"failed": "outcome_unknown"}
    found = one(db, "select status, error_code from public.email_messages where id = %s", email)
    assert found == {"status": "failed", "error_code": "outcome_unknown"}
    db.execute("select private.reopen_emails(%s)", [Jsonb([{"email_id": str(email)}])])
    taken = take(db, email)
    assert taken is not None
    assert "to" in taken
