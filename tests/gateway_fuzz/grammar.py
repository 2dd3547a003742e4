"""PostgREST's request grammar, drawn from by a seeded generator over the real schema's names."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any
from uuid import UUID

OPERATORS = ["eq", "neq", "gt", "gte", "lt", "lte", "like", "ilike", "is", "in", "cs", "cd", "fts"]
METHODS = ["GET"] * 12 + ["HEAD", "POST", "PATCH", "DELETE", "PUT"]
PREFERS = [
    "count=exact", "count=planned", "count=estimated", "return=representation", "return=minimal",
    "resolution=merge-duplicates", "resolution=ignore-duplicates", "missing=default",
    "tx=rollback", "max-affected=1", "handling=strict", "params=single-object",
]  # fmt: skip
ACCEPTS = [
    "application/json", "text/csv", "application/vnd.pgrst.object+json", "*/*",
    "application/vnd.pgrst.plan+json", "application/geo+json", "application/octet-stream",
]  # fmt: skip
SCHEMAS = ["public", "worker", "private", "auth", "storage", "pgmq", "realtime", "cron", "nonsense"]
ADDRESSES = ["x-forwarded-for", "x-real-ip", "x-academy", "x-supabase-role", "x-role"]


@dataclass(frozen=True)
class Schema:
    """Names a request may use: exposed relation → columns, hidden ones, relation → neighbours."""

    tables: dict[str, list[str]]
    hidden: dict[str, list[str]]
    neighbours: dict[str, list[str]]
    functions: dict[str, list[str]]
    ids: list[UUID]


@dataclass(frozen=True)
class Request:
    """One request: enough to send it, and to repeat it by hand."""

    method: str
    path: str
    params: list[tuple[str, str]]
    headers: list[tuple[str, str]]
    body: Any


class Grammar:
    """Draws requests; the same seed gives the same ones."""

    def __init__(self, schema: Schema, seed: int) -> None:
        self._schema = schema
        self._dice = random.Random(seed)

    def request(self) -> Request:
        """Return one request, three in four of them well-formed."""
        dice = self._dice
        if dice.random() < 0.15:
            return self._rpc()
        table = self._table()
        method = dice.choice(METHODS)
        params = [("select", self._select(table, 2))] if dice.random() < 0.8 else []
        params += [self._filter(table) for _ in range(dice.randrange(3))]
        if dice.random() < 0.3:
            params.append(("order", f"{self._column(table)}.{dice.choice(['asc', 'desc'])}"))
        if dice.random() < 0.3:
            params.append(("limit", str(dice.choice([0, 1, 5, 1000, 100000, -1]))))
        if dice.random() < 0.05:
            params.append(("offset", str(dice.choice([0, 1, 10**9]))))
        if method == "POST" and dice.random() < 0.4:
            params.append(("on_conflict", self._column(table)))
        body = self._row(table) if method in {"POST", "PATCH", "PUT"} else None
        return Request(method, table, params, self._headers(), body)

    def _rpc(self) -> Request:
        name = self._dice.choice(list(self._schema.functions))
        body = {argument: self._value() for argument in self._schema.functions[name]}
        return Request("POST", f"rpc/{name}", [], self._headers(), body)

    def _headers(self) -> list[tuple[str, str]]:
        dice = self._dice
        headers = [("Prefer", dice.choice(PREFERS)) for _ in range(dice.choice([0, 0, 0, 1, 2]))]
        if dice.random() < 0.15:
            headers.append(("Accept", dice.choice(ACCEPTS)))
        if dice.random() < 0.1:
            profile = dice.choice(SCHEMAS)
            headers += [("Accept-Profile", profile), ("Content-Profile", profile)]
        if dice.random() < 0.1:
            headers.append((dice.choice(ADDRESSES), dice.choice(["127.0.0.1", "service_role"])))
        if dice.random() < 0.1:
            headers.append(("Range", "0-99999"))
        return headers

    def _select(self, table: str, depth: int) -> str:
        dice = self._dice
        parts = ["*"] if dice.random() < 0.4 else [self._column(table) for _ in range(3)]
        if dice.random() < 0.1:
            parts.append(f"{self._column(table)}::{dice.choice(['text', 'jsonb', 'int'])}")
        if dice.random() < 0.05:
            parts.append(dice.choice(["count()", f"{self._column(table)}.max()", "sum()"]))
        if depth and dice.random() < 0.6:
            near = self._schema.neighbours.get(table, [])
            other = dice.choice(near) if near and dice.random() < 0.9 else self._table()
            hint = dice.choice(["", "", "!inner", "!left", "!academy_id"])
            spread = "..." if dice.random() < 0.2 else ""
            parts.append(f"{spread}{other}{hint}({self._select(other, depth - 1)})")
        return ",".join(parts)

    def _filter(self, table: str) -> tuple[str, str]:
        dice = self._dice
        column = self._column(table)
        if dice.random() < 0.6:
            return column, dice.choice(["is.null", "not.is.null", "not.is.null"])
        if dice.random() < 0.2:
            column = f"{self._table()}.{column}"
        negation = "not." if dice.random() < 0.2 else ""
        operator = dice.choice(OPERATORS)
        value = f"({self._value()},{self._value()})" if operator == "in" else self._value()
        if dice.random() < 0.15:
            return "or", f"({column}.{negation}{operator}.{value},{column}.is.null)"
        return column, f"{negation}{operator}.{value}"

    def _table(self) -> str:
        names = self._schema.tables if self._dice.random() < 0.95 else self._schema.hidden
        return self._dice.choice(list(names))

    def _column(self, table: str) -> str:
        dice = self._dice
        if dice.random() < 0.03:
            return dice.choice(["details->canary", "refs->>canary", "xmin", "tableoid", "nope", ""])
        return dice.choice((self._schema.tables | self._schema.hidden)[table])

    def _row(self, table: str) -> Any:
        row = {self._column(table): self._value() for _ in range(self._dice.randrange(4))}
        return [row, row] if self._dice.random() < 0.2 else row

    def _value(self) -> str:
        dice = self._dice
        return str(
            dice.choice(
                [
                    dice.choice(self._schema.ids),
                    "*zq*",
                    "%zq%",
                    "true",
                    "null",
                    "0",
                    "-1",
                    "2026-01-01",
                    "admin",
                    "'; drop table x; --",
                    "{}",
                    "é\u202e",
                ]
            )
        )
