"""Policies on realtime.messages decide who hears and sends on a private topic."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors
from structlog.testing import capture_logs

from preau.local.realtime.access import EVERYTHING, NOTHING, Access
from preau.local.realtime.authoriser import Authoriser
from preau.local.realtime.claims import Caller
from preau.local.realtime.database import Database
from preau.local.realtime.limits import Limits
from preau.local.realtime.metrics import Metrics
from tests.local.realtime.topics.people import caller

ALICE = "00000000-0000-4000-8000-00000000a11c"
BOB = "00000000-0000-4000-8000-000000000b0b"
BROADCAST = Access(broadcast=True, presence=False)
PRESENCE = Access(broadcast=False, presence=True)


@pytest.fixture
def authoriser(database: Database) -> Authoriser:
    return Authoriser(database, Limits(), Metrics())


@pytest.mark.parametrize(
    ("topic", "who", "access"),
    [
        ("read-only", caller(), EVERYTHING),
        ("write-only", caller(), NOTHING),
        ("read-only", caller("anon"), NOTHING),
        ("unheard-of", caller(), NOTHING),
        ("unheard-of", caller("service_role"), EVERYTHING),
        (f"person:{ALICE}", caller(sub=ALICE), EVERYTHING),
        (f"person:{ALICE}", caller(sub=BOB), NOTHING),
        ("person:", caller(), NOTHING),
        ("only:broadcast", caller(), BROADCAST),
        ("only:presence", caller(), PRESENCE),
        ("probe", caller(), EVERYTHING),
        ("raises", caller(), NOTHING),
        ("read-only", caller("nobody_at_all"), NOTHING),
        ("nul\0", caller("service_role"), NOTHING),
    ],
)
async def test_a_topic_is_heard_by_those_its_policies_name(
    authoriser: Authoriser, topic: str, who: Caller, access: Access
) -> None:
    assert await authoriser.read(topic, who, {}, presence=True) == access


async def test_presence_is_not_asked_about_where_nobody_wants_it(authoriser: Authoriser) -> None:
    assert await authoriser.read("open", caller(), {}, presence=False) == BROADCAST


@pytest.mark.parametrize(("academy", "access"), [("chocolat", EVERYTHING), ("pain", NOTHING)])
async def test_a_policy_reads_the_headers(
    authoriser: Authoriser, academy: str, access: Access
) -> None:
    headers = {"x-academy": academy}
    assert await authoriser.read("header", caller("anon"), headers, presence=True) == access


@pytest.mark.parametrize(
    ("topic", "who", "sends"),
    [
        ("write-only", caller(), {"broadcast", "presence"}),
        ("read-only", caller(), set()),
        ("write-only", caller("anon"), set()),
        ("only:broadcast", caller(), {"broadcast"}),
        ("only:presence", caller(), {"presence"}),
        ("raises", caller(), set()),
        ("unheard-of", caller("service_role"), {"broadcast", "presence"}),
        ("write-only", caller("nobody_at_all"), set()),
    ],
)
async def test_a_topic_is_sent_on_by_those_its_policies_name(
    authoriser: Authoriser, topic: str, who: Caller, sends: set[str]
) -> None:
    allowed = {
        extension
        for extension in ("broadcast", "presence")
        if await authoriser.write(topic, who, {}, extension)
    }
    assert allowed == sends


async def test_a_policy_that_raises_is_logged_and_one_that_refuses_is_not(
    authoriser: Authoriser,
) -> None:
    with capture_logs() as logged:
        await authoriser.read("raises", caller(), {}, presence=True)
        await authoriser.write("raises", caller(), {}, "broadcast")
        await authoriser.read("unheard-of", caller(), {}, presence=True)
        await authoriser.write("unheard-of", caller(), {}, "broadcast")
    assert [(line["event"], line["error"]) for line in logged] == [
        ("policy.raised", "division by zero")
    ] * 2


async def test_a_policy_that_takes_too_long_gives_nothing_and_refuses_nobody(
    database: Database,
) -> None:
    impatient = Authoriser(database, Limits(policy_seconds=0.05), Metrics())
    with pytest.raises(errors.QueryCanceled, match="statement timeout"):
        await impatient.read("sleeps", caller(), {}, presence=True)


async def test_a_migration_that_holds_the_table_is_not_waited_for_and_refuses_nobody(
    database: Database, owner: psycopg.Connection
) -> None:
    impatient = Authoriser(database, Limits(policy_seconds=0.05), Metrics())
    with owner.transaction():
        owner.execute("lock table realtime.messages in access exclusive mode")
        with pytest.raises(errors.QueryCanceled):
            await impatient.read("open", caller(), {}, presence=True)
        with pytest.raises(errors.QueryCanceled):
            await impatient.write("open", caller(), {}, "broadcast")
    assert await impatient.write("open", caller(), {}, "broadcast") is True


@pytest.mark.parametrize("code", ["55P03", "40P01"])
async def test_a_lock_that_is_not_to_be_had_refuses_nobody(
    authoriser: Authoriser, owner: psycopg.Connection, code: str
) -> None:
    owner.execute(
        f"""
        create function public.locks() returns boolean language plpgsql
        as $$ begin raise exception using errcode = '{code}'; end $$;
        create policy locks on realtime.messages for select to authenticated
        using (case when realtime.topic() = 'locks' then public.locks() end)
        """
    )
    try:
        with pytest.raises(psycopg.OperationalError):
            await authoriser.read("locks", caller(), {}, presence=True)
    finally:
        owner.execute("drop policy locks on realtime.messages")
        owner.execute("drop function public.locks()")


async def test_asking_leaves_no_row_and_no_setting(
    authoriser: Authoriser, database: Database, owner: psycopg.Connection
) -> None:
    count = "select count(*) from realtime.messages"
    before = owner.execute(count).fetchone()
    for topic in ("open", "raises", "unheard-of"):
        await authoriser.read(topic, caller(sub=ALICE), {}, presence=True)
        await authoriser.write(topic, caller(sub=ALICE), {}, "broadcast")
    assert owner.execute(count).fetchone() == before
    async with database.connection() as first, database.connection() as second:
        for connection in (first, second):
            cursor = await connection.execute(
                "select current_user, current_setting('realtime.topic', true),"
                " current_setting('request.jwt.claims', true), current_setting('statement_timeout')"
            )
            row = await cursor.fetchone()
            assert row is not None
            assert (row[0], row[1] or "", row[2] or "", row[3]) == ("supabase_admin", "", "", "0")


async def test_a_lost_connection_is_no_refusal(
    authoriser: Authoriser, owner: psycopg.Connection
) -> None:
    owner.execute(
        """
        create function public.cut() returns boolean language sql security definer
        as $$ select pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid()) $$;
        create policy lost on realtime.messages for select to authenticated
        using (case when realtime.topic() = 'lost' then public.cut() end)
        """
    )
    try:
        with pytest.raises(psycopg.OperationalError):
            await authoriser.read("lost", caller(), {}, presence=True)
    finally:
        owner.execute("drop policy lost on realtime.messages")
    assert await authoriser.read("read-only", caller(), {}, presence=True) == EVERYTHING
