"""Small rooms: a newcomer reads a file in one or two screens."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from tests.house.files import ROOT, under

GENERATED = {"preau/database.py"}
LIMITS = [
    (("preau", "workers", "functions", "tests", "bench", "scripts"), ".py", 450),
    (("supabase/migrations", "seed"), ".sql", 150),
    (("preau/local",), ".sql", 250),
    (("supabase/policies",), ".sql", 80),
]


def too_long(path: Path) -> int | None:
    """The limit a file breaks, or None. Compiled policies are as long as they are."""
    name = str(path.relative_to(ROOT))
    if name in GENERATED or name.endswith("_policies.sql"):
        return None
    lines = len(path.read_text().splitlines())
    for folders, suffix, limit in LIMITS:
        if path.suffix == suffix and name.startswith(folders) and lines > limit:
            return limit
    return None


def test_no_file_outgrows_its_room() -> None:
    files = [p for folders, suffix, _ in LIMITS for p in under(*folders, suffix=suffix)]
    crowded = [f"{p.relative_to(ROOT)} (limit {too_long(p)})" for p in files if too_long(p)]
    assert len(files) > 50
    assert not crowded


def test_python_files_are_mostly_short() -> None:
    lengths = [
        len(p.read_text().splitlines())
        for p in under("preau", "workers", "functions", suffix=".py")
    ]
    assert statistics.median(lengths) <= 150


@pytest.mark.parametrize("folder", ["preau", "workers", "functions"])
def test_every_module_says_why_it_exists(folder: str) -> None:
    silent = [
        str(p.relative_to(ROOT))
        for p in under(folder, suffix=".py")
        if not p.read_text().lstrip().startswith('"""')
        and str(p.relative_to(ROOT)) not in GENERATED
    ]
    assert not silent


def test_every_migration_says_what_it_is_about() -> None:
    silent = [
        p.name
        for p in under("supabase/migrations", suffix=".sql")
        if not p.read_text().startswith("-- ")
    ]
    assert not silent
