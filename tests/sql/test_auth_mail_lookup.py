"""A call of Auth that comes twice is known at once, however many mails there are."""

from __future__ import annotations

from psycopg.types.json import Jsonb

from tests.support.database import Db, acting_as, column, value
from tests.support.people import MECA, SERVICE, Cast

SCANNED = """
select indexrelid::regclass::text from pg_index
where indrelid = 'public.email_messages'::regclass and pg_stat_get_xact_numscans(indexrelid) > 0
"""


def test_a_call_of_auth_is_looked_up_among_auths_mails_alone(db: Db, cast: Cast) -> None:
    db.execute(
        "insert into public.email_messages (academy_id, user_id, template, locale, dedupe_key)"
        " select %s, %s, 'welcome', 'fr', 'many:' || n from generate_series(1, 5000) as n",
        [MECA, cast.alice.id],
    )
    db.execute("analyze public.email_messages")
    before = set(column(db, SCANNED))
    mail = {"address": cast.bob.email, "action": "recovery", "code": "305805", "link": None}
    calls = []
    with acting_as(db, SERVICE):
        for _ in range(2):
            call = "select worker.queue_auth_mails('msg_1', %s, null, %s)"
            calls.append(value(db, call, cast.bob.id, Jsonb([mail])))
    assert calls == [1, 0]
    scanned = set(column(db, SCANNED)) - before
    history = {"emails_of_academy"}  # whose foreign key may look there for the one new mail
    assert scanned - history == {"email_messages_by_auth_key"}
