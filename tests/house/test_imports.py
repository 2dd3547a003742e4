"""workers → preau, functions → preau, never sideways; preau.local is for preau.cli and tests."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.files import ROOT, under


def imports(path: Path) -> set[str]:
    """Every module a file imports, function bodies included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative imports hide where a thing lives"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def forbidden(path: Path) -> set[str]:
    """The roots a file of this place may not import."""
    place = path.relative_to(ROOT)
    if place.parts[0] == "workers":
        return {"functions", "preau.local", "preau.cli", "tests", "bench"}
    if place.parts[0] == "functions":
        return {"workers", "preau.local", "preau.cli", "tests", "bench"}
    if place.parts[:2] == ("preau", "cli"):
        return {"tests", "bench"}
    if place.parts[:2] == ("preau", "local"):
        return {"workers", "functions", "preau.cli", "tests", "bench"}
    return {"workers", "functions", "preau.local", "preau.cli", "tests", "bench"}


def breaches(path: Path) -> list[str]:
    return sorted(
        module
        for module in imports(path)
        for root in forbidden(path)
        if module == root or module.startswith(f"{root}.")
    )


@pytest.mark.parametrize(
    "path",
    under("preau", "workers", "functions", suffix=".py"),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_a_file_imports_only_what_its_place_allows(path: Path) -> None:
    assert not breaches(path)


def test_the_rule_sees_a_worker_that_imports_the_local_stack(tmp_path: Path) -> None:
    guilty = ROOT / "workers" / "guilty.py"
    source = "def f():\n    from preau.local import ports\n"
    (tmp_path / "guilty.py").write_text(source)
    assert "preau.local" in imports(tmp_path / "guilty.py")
    assert "preau.local" in forbidden(guilty)
