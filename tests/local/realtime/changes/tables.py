"""Tables to change, whose every change is also told as the write-ahead log would tell it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg

from preau.local.realtime.changes.pgoutput import Change, Column, Relation, Value

COMMITTED_AT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
RELATION = """
select
    class.oid, namespace.nspname, class.relname, class.relreplident::text,
    array_agg(
        array[
            attribute.attname::text, attribute.atttypid::text,
            (
                class.relreplident = 'f' or attribute.attnum = any(coalesce(index.indkey, ''))
            )::text
        ]
        order by attribute.attnum
    )
from pg_class as class
inner join pg_namespace as namespace on class.relnamespace = namespace.oid
inner join pg_attribute as attribute
on class.oid = attribute.attrelid and attribute.attnum > 0 and not attribute.attisdropped
and attribute.attgenerated = ''
left join pg_index as index on class.oid = index.indrelid and index.indisprimary
where class.oid = %s::regclass
group by 1, 2, 3, 4
"""


class Table:
    """A published table of the schema public, made for one test."""

    def __init__(self, db: psycopg.Connection, columns: str, *then: str) -> None:
        """`columns` is what stands in the parentheses; `{}` in a further statement is the table."""
        self.db = db
        self.name = f"t_{uuid4().hex[:12]}"
        self.run(f"create table {{}} ({columns})", "grant select on {} to anon, authenticated")
        self.run("alter publication supabase_realtime add table {}", *then)

    def run(self, *statements: str) -> None:
        self._relation: Relation | None = None
        for statement in statements:
            self.db.execute(statement.replace("{}", self.name).encode())

    @property
    def relation(self) -> Relation:
        """As the log names it: one object until the table is altered."""
        if self._relation is None:
            self._relation = self._read_relation()
        return self._relation

    @property
    def identity(self) -> str:
        """Its replica identity: `d`efault, `n`othing, `f`ull or `i`ndex."""
        return self._identity if self.relation else ""

    def _read_relation(self) -> Relation:
        row = self.db.execute(RELATION, [self.name]).fetchone()
        assert row is not None
        self._identity = row[3]
        columns = tuple(Column(n, int(t), k == "true") for n, t, k in row[4])
        return Relation(row[0], row[1], row[2], columns)

    def insert(self, *values: object) -> Change:
        places = ", ".join(["%s"] * len(values))
        row = self._one("insert into {} values (", places, ") returning *", values=values)
        return self.change("INSERT", new=row)

    def update(self, assignment: str, where: str = "id = 1") -> Change:
        """Change one row's columns other than the key."""
        before = self._one("select * from {} where", where)
        row = self._one("update {} set", assignment, "where", where, "returning *")
        return self.change("UPDATE", new=row, old=before if self.identity == "f" else None)

    def delete(self, where: str = "id = 1") -> Change:
        relation, identity = self.relation, self.identity
        row = self._one("delete from {} where", where, "returning *")
        if identity == "f":
            return self.change("DELETE", old=row)
        key = [v if c.key else None for v, c in zip(row, relation.columns, strict=True)]
        return self.change("DELETE", old=key, old_is_key=True)

    def change(
        self,
        action: str,
        *,
        new: Sequence[Value] | None = None,
        old: Sequence[Value] | None = None,
        old_is_key: bool = False,
    ) -> Change:
        """What the log would say of a change, whether it took place or not."""
        assert action in ("INSERT", "UPDATE", "DELETE")
        return Change(
            self.relation,
            action,  # type: ignore[arg-type]
            None if new is None else tuple(new),
            None if old is None else tuple(old),
            old_is_key,
            COMMITTED_AT,
        )

    def value(self, statement: str) -> Any:
        """The one value that a statement about the table returns."""
        row = self.db.execute(statement.replace("{}", self.name).encode()).fetchone()
        assert row is not None
        return row[0]

    def _one(self, *parts: str, values: Sequence[object] = ()) -> list[Value]:
        """The row in Postgres' own text form, generated columns left out as the log does."""
        cursor = psycopg.ClientCursor(self.db)
        statement = " ".join(parts).replace("{}", self.name)
        text = cursor.mogrify(statement.encode(), values)
        result = self.db.pgconn.exec_(text.encode())
        assert result.status == psycopg.pq.ExecStatus.TUPLES_OK, result.error_message
        assert result.ntuples == 1, f"{result.ntuples} rows: {text}"
        told = {column.name for column in self.relation.columns}
        found: list[Value] = []
        for place in range(result.nfields):
            if (result.fname(place) or b"").decode() in told:
                value = result.get_value(0, place)
                found.append(None if value is None else value.decode())
        return found
