"""The SQL side of Realtime: broadcasts are rows, and policies decide whose."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import errors
from psycopg.rows import dict_row


def messages(connection: psycopg.Connection, topic: str) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute("reset role")
        cursor.execute("select * from realtime.messages where topic = %s", [topic])
        return cursor.fetchall()


def test_send_writes_a_private_broadcast_with_an_id(postgres: psycopg.Connection) -> None:
    postgres.execute("select realtime.send('{\"a\": 1}', 'greeting', 'room:1')")
    (row,) = messages(postgres, "room:1")
    assert row["payload"] == {"a": 1, "id": str(row["id"])}
    assert (row["event"], row["extension"], row["private"]) == ("greeting", "broadcast", True)


def test_send_keeps_an_id_it_was_given(postgres: psycopg.Connection) -> None:
    postgres.execute("select realtime.send('{\"id\": \"mine\"}', 'e', 'room:2', false)")
    (row,) = messages(postgres, "room:2")
    assert row["payload"] == {"id": "mine"}
    assert row["private"] is False


def test_send_binary_writes_bytes(postgres: psycopg.Connection) -> None:
    postgres.execute("select realtime.send_binary('\\x00ff'::bytea, 'e', 'room:3')")
    (row,) = messages(postgres, "room:3")
    assert (row["binary_payload"], row["payload"]) == (b"\x00\xff", None)


def test_a_refused_send_warns_and_writes_nothing(postgres: psycopg.Connection) -> None:
    warnings: list[str] = []
    postgres.add_notice_handler(lambda notice: warnings.append(notice.message_primary or ""))
    postgres.execute("set local role authenticated")
    postgres.execute("select realtime.send('{}', 'e', 'room:4')")
    assert messages(postgres, "room:4") == []
    assert "row-level security" in warnings[0]


def test_a_policy_by_topic_lets_a_person_send_and_read(postgres: psycopg.Connection) -> None:
    postgres.execute(
        """
        create policy "people write in room 5" on realtime.messages for insert to authenticated
        with check (realtime.topic() = 'room:5');
        create policy "people read room 5" on realtime.messages for select to authenticated
        using (realtime.topic() = 'room:5' and extension = 'broadcast');
        """
    )
    postgres.execute("set local role authenticated")
    for topic in ("room:5", "room:6"):
        postgres.execute("select realtime.send('{}', 'e', %s)", [topic])
    assert len(messages(postgres, "room:5")) == 1
    assert messages(postgres, "room:6") == []
    postgres.execute("set local role authenticated")
    postgres.execute("select set_config('realtime.topic', 'room:5', true)")
    row = postgres.execute("select count(*) from realtime.messages").fetchone()
    assert row == (1,)


@pytest.mark.parametrize(
    ("statement", "operation", "record", "old"),
    [
        ("insert into public.fresh values (1, 'a')", "INSERT", {"id": 1, "title": "a"}, None),
        (
            "update public.fresh set title = 'b' where id = 9",
            "UPDATE",
            {"id": 9, "title": "b"},
            {"id": 9, "title": "z"},
        ),
        ("delete from public.fresh where id = 9", "DELETE", None, {"id": 9, "title": "z"}),
    ],
)
def test_broadcast_changes_tells_a_rows_change(
    postgres: psycopg.Connection,
    statement: str,
    operation: str,
    record: dict[str, Any] | None,
    old: dict[str, Any] | None,
) -> None:
    postgres.execute(
        """
        create table public.fresh (id int primary key, title text);
        insert into public.fresh values (9, 'z');
        create function public.fresh_changed() returns trigger language plpgsql as $$
        begin
            perform realtime.broadcast_changes(
                'room:7', tg_op, tg_op, tg_table_name, tg_table_schema, new, old
            );
            return null;
        end $$;
        create trigger fresh after insert or update or delete on public.fresh
        for each row execute function public.fresh_changed();
        """
    )
    postgres.execute(statement.encode())
    (row,) = messages(postgres, "room:7")
    payload = dict(row["payload"])
    assert payload.pop("id") == str(row["id"])
    assert payload == {
        "operation": operation,
        "table": "fresh",
        "schema": "public",
        "record": record,
        "old_record": old,
    }


@pytest.mark.parametrize(
    ("operation", "level", "why"),
    [
        ("INSERT", "STATEMENT", "can only be triggered for each row, not for each statement"),
        ("TRUNCATE", "ROW", "Unexpected operation type: TRUNCATE"),
        (None, "ROW", "Unexpected operation type: <NULL>"),
    ],
)
def test_broadcast_changes_refuses_what_is_no_row_s_change(
    postgres: psycopg.Connection, operation: str | None, level: str, why: str
) -> None:
    postgres.execute("create table public.fresh (id int)")
    with pytest.raises(errors.RaiseException, match=f"^Failed to process the row: .*{why}"):
        postgres.execute(
            "select realtime.broadcast_changes("
            "'room:7', 'e', %s, 'fresh', 'public', null::public.fresh, null::public.fresh, %s)",
            [operation, level],
        )


def test_a_message_has_one_payload(postgres: psycopg.Connection) -> None:
    with pytest.raises(errors.CheckViolation):
        postgres.execute(
            "insert into realtime.messages (topic, extension, payload, binary_payload)"
            " values ('t', 'broadcast', '{}', '\\x00')"
        )


def test_both_publications_are_there(postgres: psycopg.Connection) -> None:
    rows = postgres.execute(
        "select p.pubname, p.pubowner::regrole::text, t.tablename from pg_publication p"
        " left join pg_publication_tables t using (pubname) order by 1"
    ).fetchall()
    assert rows == [
        ("supabase_realtime", "postgres", None),
        ("supabase_realtime_messages_publication", "supabase_admin", "messages"),
    ]
