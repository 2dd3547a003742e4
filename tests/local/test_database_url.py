"""A database's password is given to the Supabase CLI, yet not where every account could read it."""

from __future__ import annotations

import pytest

from preau.local.migrations import without_password


@pytest.mark.parametrize(
    ("url", "shown", "password"),
    [
        (
            "postgresql://postgres.ref:p%40ss%3Aword@db.example:6543/postgres?sslmode=require",
            "postgresql://postgres.ref@db.example:6543/postgres?sslmode=require",
            {"PGPASSWORD": "p@ss:word"},
        ),
        ("postgresql://postgres@[::1]/x", "postgresql://postgres@[::1]/x", {}),
        ("postgresql://localhost/x", "postgresql://localhost/x", {}),
        ("postgresql://me:@localhost/x", "postgresql://me@localhost/x", {"PGPASSWORD": ""}),
    ],
)
def test_a_command_line_shows_no_password(url: str, shown: str, password: dict[str, str]) -> None:
    assert without_password(url) == (shown, password)
