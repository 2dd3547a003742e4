"""The map of personal data is whole and true; what is queued or logged names people by id only."""

from __future__ import annotations

import re
from typing import LiteralString

import pytest

from preau.cli.data_map import HEAD, PAGE, page
from tests.policies.world import build
from tests.support.database import Db, column

OURS = (
    "select n.nspname || '.' || c.relname || '.' || a.attname"
    " from pg_catalog.pg_attribute as a"
    " inner join pg_catalog.pg_class as c on c.oid = a.attrelid"
    " inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace"
    " where c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped"
    " and (n.nspname in ('public', 'private', 'worker')"
    " or (n.nspname = 'pgmq' and c.relname ~ '^[qa]_'))"
)
MAPPED = "select schema_name || '.' || table_name || '.' || column_name from private.data_map"


def unclassified(db: Db) -> set[str]:
    """The columns that are not in the map."""
    return set(column(db, OURS)) - set(column(db, MAPPED))


def gone(db: Db) -> set[str]:
    """The columns in the map that are nowhere else."""
    return set(column(db, MAPPED)) - set(column(db, OURS))


def test_every_column_is_classified(db: Db) -> None:
    assert unclassified(db) == set()


def test_nothing_is_classified_that_is_not_there(db: Db) -> None:
    assert gone(db) == set()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("create table public.diaries (line text)", "public.diaries.line"),
        ("create table private.diaries (line text)", "private.diaries.line"),
        ("alter table public.orders add shoe_size int", "public.orders.shoe_size"),
        ("select pgmq.create('whispers')", "pgmq.q_whispers.message"),
        ("alter table public.orders rename reference to number", "public.orders.number"),
    ],
)
def test_a_column_nobody_classified_is_noticed(db: Db, change: str, name: str) -> None:
    db.execute(change.encode())
    assert name in unclassified(db)


@pytest.mark.parametrize(
    "change",
    ["alter table public.orders drop reference", "drop table private.webhook_events cascade"],
)
def test_a_column_that_went_is_noticed(db: Db, change: str) -> None:
    db.execute(change.encode())
    assert gone(db) != set()


def test_a_new_queue_is_classified_by_being_made(db: Db) -> None:
    db.execute("select private.create_queue('certificates', 'Certificates to make.')")
    assert unclassified(db) == set()


async def test_the_page_is_the_map(shared_url: str) -> None:
    assert await page(shared_url) == PAGE.read_text(), "run `preau data-map` and commit its page"


DELETING = (
    "select p.proname from cron.job as j"
    " inner join pg_catalog.pg_proc as p"
    " on p.pronamespace = 'private'::regnamespace"
    " and j.command ~ ('\\mprivate\\.' || p.proname || '\\M')"
    " where j.active and p.prosrc ~ '\\mdelete from\\M'"
)


def test_the_page_names_each_purge_of_the_clock_and_no_other(db: Db) -> None:
    named = re.findall(r"\(`private\.(\w+)`\)", HEAD)
    assert sorted(named) == sorted(column(db, DELETING))


WRITTEN: dict[str, LiteralString] = {
    "jobs": "select message::text from pgmq.q_emails union all"
    " select message::text from pgmq.q_payments union all"
    " select key from private.job_keys",
    "the outbox": "select refs::text || dedupe_key from public.email_messages",
    "the audit log": "select action || details::text from public.audit_log",
}
PEOPLE = (
    "select unnest(array[p.first_name, p.last_name, p.full_name, d.email, d.phone])"
    " from public.profiles as p inner join public.profile_details as d on d.user_id = p.id"
    " union select email from private.invitations"
)


@pytest.mark.parametrize("where", WRITTEN)
def test_what_is_queued_or_logged_names_nobody(db: Db, where: str) -> None:
    """After everything the persona world does: purchases, enrolments, invitations, consents."""
    build(db, "")
    told = column(db, WRITTEN[where])
    words = [word for word in column(db, PEOPLE) if word]
    assert len(words) > 10
    assert told, f"nothing was written in {where}"
    assert [text for text in told if "@" in text] == []
    assert [text for text in told for word in words if word.lower() in text.lower()] == []
