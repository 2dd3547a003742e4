"""The outbox: what a mail is given when it is sent, and what becomes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

import preau.mail
from tests.support import forms, invoices, refunding, shop, tasks
from tests.support.database import Db, acting_as, column, one, rows, value
from tests.support.jobs import claim, failure, settle
from tests.support.people import MECA, SERVICE, Cast, Person

TEMPLATES = Path(preau.mail.__file__).parent / "templates"
SAMPLES = {
    path.parent.name: json.loads(path.read_text()) for path in TEMPLATES.glob("*/sample.json")
}
LINK = "https://mecaformation.example/auth/v1/verify?token=1&type=recovery"
Mail = dict[str, Any]


def take(db: Db, email: UUID) -> Mail | None:
    """Take a mail up for sending, as the mail worker does."""
    with acting_as(db, SERVICE):
        taken: Mail | None = value(db, "select worker.email_to_send(%s)", email)
    return taken


def queued(db: Db, template: str) -> UUID:
    """A mail of this template, Sarah's if she has one: her enrolment has a start and a seat."""
    found: UUID = value(
        db,
        "select m.id from public.email_messages as m left join public.profiles as p"
        " on p.id = m.user_id where m.template = %s"
        " order by p.first_name is distinct from 'Sarah', m.ctid limit 1",
        template,
    )
    return found


@pytest.fixture
def sarah(db: Db, cast: Cast) -> Person:
    """Joined, has paid, and is enrolled: three mails wait."""
    with acting_as(db, cast.sarah):
        rows(db, "select * from public.join_academy('mecaformation')")
    made = shop.order(db, cast.sarah, cohort=shop.CAP_COHORT)
    shop.report(db, shop.open_page(db, made["id"], cast.sarah).session())
    return cast.sarah


@pytest.fixture
def one_of_each(db: Db, cast: Cast, sarah: Person) -> None:
    """Sarah's three, an invitation, reminders, mails about money, and those with PDFs."""
    with acting_as(db, cast.adele):
        value(db, "select public.invite(%s, 'ines@example.org', 'student')", MECA)
    with acting_as(db, SERVICE):
        mail = {"address": "sarah@example.org", "action": "recovery", "code": "1", "link": LINK}
        value(db, "select worker.queue_auth_mails('1', %s, '', %s)", cast.sarah.id, Jsonb([mail]))
    tasks.one_mail_of_each(db, cast.adele, cast.garance)
    forms.report(
        db, forms.open_form(db, shop.order(db, cast.garance)["id"], cast.garance).bounced()
    )
    refunding.one_mail_of_each(db, cast)
    invoices.one_mail_of_each(db)


def shape(data: object) -> object:
    """Keys and kinds, without the values."""
    if isinstance(data, dict):
        return {key: shape(inner) for key, inner in data.items()}
    if isinstance(data, list):
        return [shape(data[0])]
    return type(data).__name__


@pytest.mark.parametrize("template", SAMPLES)
def test_a_mail_is_given_what_its_templates_sample_shows(
    db: Db, one_of_each: None, template: str
) -> None:
    taken = take(db, queued(db, template))
    assert taken is not None
    assert shape(taken["data"]) == shape(SAMPLES[template])


def test_every_template_is_asked_for_by_somebody(db: Db, one_of_each: None) -> None:
    assert set(column(db, "select template from public.email_messages")) == set(SAMPLES)


def test_a_mail_knows_its_recipient_academy_and_message_id(db: Db, sarah: Person) -> None:
    email = queued(db, "welcome")
    taken = take(db, email)
    assert taken is not None
    assert taken["to"] == {"email": "sarah@example.org", "name": "Sarah Martin"}
    assert taken["message_id"] == f"{email}@mecaformation.fr"
    assert (taken["template"], taken["locale"], taken["attempt"]) == ("welcome", "fr", 1)
    assert taken["academy"] == {
        "slug": "mecaformation",
        "name": "MécaFormation",
        "locale": "fr",
        "timezone": "Europe/Paris",
        "currency": "EUR",
        "site_url": "https://mecaformation.fr",
        "branding": {"color": "#1e40af"},
        "sender_name": "MécaFormation",
        "sender_email": "bonjour@mecaformation.fr",
        "reply_to": "support@mecaformation.fr",
    }


def test_a_mail_reads_names_and_amounts_when_it_is_sent(db: Db, sarah: Person) -> None:
    db.execute("update public.profiles set first_name = 'Sara' where id = %s", [sarah.id])
    taken = take(db, queued(db, "payment_confirmed"))
    assert taken is not None
    data = taken["data"]
    assert (data["first_name"], data["amount"], data["currency"]) == ("Sara", 69000, "EUR")
    assert data["lines"][0]["amount"] == 69000


def test_an_enrolment_without_a_cohort_has_no_starting_day(db: Db, cast: Cast) -> None:
    shop.enroll(db, cast.alice)
    taken = take(db, queued(db, "enrollment_confirmed"))
    assert taken is not None
    assert taken["data"]["cohort_starts_on"] is None
    assert taken["data"]["formation_url"].endswith("/formations/decouverte-mecanique")


def test_a_mail_is_in_the_recipients_language(db: Db, cast: Cast) -> None:
    db.execute(
        "update public.profile_details set locale = 'en' where user_id = %s", [cast.alice.id]
    )
    shop.enroll(db, cast.alice)
    assert column(db, "select locale from public.email_messages") == ["en"]


def test_a_mail_taken_up_again_after_a_crash_counts_its_attempts(db: Db, sarah: Person) -> None:
    email = queued(db, "welcome")
    first, second = take(db, email), take(db, email)
    assert first is not None
    assert second is not None
    assert (first["attempt"], second["attempt"]) == (1, 2)
    assert first["message_id"] == second["message_id"]


def test_a_sent_mail_is_not_sent_again(db: Db, sarah: Person) -> None:
    email = queued(db, "welcome")
    take(db, email)
    with acting_as(db, SERVICE):
        value(db, "select worker.email_sent(%s, 'smtp', 'id-1')", email)
    assert take(db, email) is None
    sent = one(db, "select * from public.email_messages where id = %s", email)
    assert (sent["status"], sent["provider"], sent["provider_message_id"]) == (
        "sent",
        "smtp",
        "id-1",
    )
    assert sent["sent_at"] is not None


def test_the_first_report_of_a_sent_mail_stays(db: Db, sarah: Person) -> None:
    email = queued(db, "welcome")
    take(db, email)
    with acting_as(db, SERVICE):
        for message in ("id-1", "id-2"):
            value(db, "select worker.email_sent(%s, 'smtp', %s)", email, message)
    assert one(
        db, "select provider_message_id from public.email_messages where id = %s", email
    ) == {"provider_message_id": "id-1"}


def test_a_mail_refused_for_now_waits(db: Db, sarah: Person) -> None:
    email = queued(db, "welcome")
    take(db, email)
    with acting_as(db, SERVICE):
        value(db, "select worker.email_failed(%s, '421', 'later', false)", email)
    assert one(db, "select status, error_code from public.email_messages where id = %s", email) == {
        "status": "queued",
        "error_code": "421",
    }
    assert take(db, email) is not None


def test_a_mail_refused_for_good_is_not_tried_again(db: Db, sarah: Person) -> None:
    email = queued(db, "welcome")
    take(db, email)
    with acting_as(db, SERVICE):
        value(db, "select worker.email_failed(%s, '550', 'no such user', true)", email)
    assert take(db, email) == {"failed": "550"}


def test_a_mail_whose_job_is_buried_says_so(db: Db, sarah: Person) -> None:
    jobs = {job["payload"]["email_id"]: job for job in claim(db)}
    email = queued(db, "welcome")
    settle(db, failed=[failure(jobs[str(email)])])
    assert one(db, "select status, error_code from public.email_messages where id = %s", email) == {
        "status": "failed",
        "error_code": "smtp_refused",
    }


def test_a_late_refusal_does_not_undo_a_sent_mail(db: Db, sarah: Person) -> None:
    email = queued(db, "welcome")
    take(db, email)
    with acting_as(db, SERVICE):
        value(db, "select worker.email_sent(%s, 'smtp', 'id-1')", email)
        value(db, "select worker.email_failed(%s, '421', 'later', false)", email)
    assert value(db, "select status from public.email_messages where id = %s", email) == "sent"


def test_nothing_is_sent_for_an_unknown_mail(db: Db) -> None:
    assert take(db, uuid4()) is None


@pytest.mark.parametrize(
    ("address", "why"),
    [
        (None, "no_address"),
        ("eleve@nexus.local", "local_address"),
        ("eleve@NEXUS.LOCAL", "local_address"),
    ],
)
def test_no_mail_goes_to_nobody_or_to_local(
    db: Db, sarah: Person, address: str | None, why: str
) -> None:
    db.execute(
        "update public.profile_details set email = %s where user_id = %s", [address, sarah.id]
    )
    email = queued(db, "welcome")
    assert take(db, email) is None
    found = one(db, "select status, error_code from public.email_messages where id = %s", email)
    assert found == {"status": "cancelled", "error_code": why}


def test_no_mail_goes_to_somebody_who_deleted_their_account(db: Db, sarah: Person) -> None:
    db.execute("delete from auth.users where id = %s", [sarah.id])
    assert take(db, queued(db, "welcome")) is None


def test_the_outbox_holds_references_not_people(db: Db, sarah: Person) -> None:
    kept = " ".join(column(db, "select m::text from public.email_messages as m"))
    for personal in ("sarah@example.org", "Sarah", "Martin"):
        assert personal not in kept


def test_the_same_event_asks_for_one_mail(db: Db, sarah: Person) -> None:
    db.execute(
        "select private.queue_email(academy_id, user_id, template, refs, dedupe_key)"
        " from public.email_messages"
    )
    assert value(db, "select count(*) from public.email_messages") == 3
    assert value(db, "select count(*) from pgmq.q_emails") == 3


def test_a_mail_and_its_job_are_both_or_neither(db: Db, cast: Cast) -> None:
    with db.transaction(force_rollback=True):
        shop.enroll(db, cast.alice)
    assert rows(db, "select from public.email_messages") == []
    assert rows(db, "select from pgmq.q_emails") == []


def test_a_mail_to_somebody_outside_the_academy_is_impossible(db: Db, cast: Cast) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        db.execute(
            "select private.queue_email(m.academy_id, %s, 'welcome', '{}', 'x')"
            " from public.members as m where m.user_id = %s",
            [cast.dora.id, cast.alice.id],
        )
