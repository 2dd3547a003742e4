"""The README's first queries and its paid enrolment run as they stand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from preau.local import programs
from tests.journeys.readme import ROOT, blocks
from tests.support.stack import Stack


def run(argv: list[str], stack: Stack) -> str:
    """Run a program of the README against the stack; its output, or a failure that shows it."""
    done = subprocess.run(
        argv, cwd=ROOT, env=stack.env(), capture_output=True, text=True, timeout=90, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def run_js(code: str, folder: Path, stack: Stack) -> str:
    script = folder / "block.mjs"
    script.write_text(code)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    return run([str(programs.require().node), str(script)], stack)


def test_the_first_query_in_supabase_js_lists_the_formations(tmp_path: Path, stack: Stack) -> None:
    assert "CAP Maintenance des véhicules" in run_js(blocks("js")[0], tmp_path, stack)


def test_the_first_query_in_supabase_py_lists_the_modules(stack: Stack) -> None:
    out = run([sys.executable, "-c", blocks("py")[0]], stack)
    assert out.splitlines()[0] == "Accueil et test de positionnement"


@pytest.mark.usefixtures("workers")
def test_the_paid_enrolment_in_supabase_js_ends_active_and_paid(
    tmp_path: Path, stack: Stack
) -> None:
    code = blocks("js")[1]
    statements = [line for line in code.splitlines() if line.strip() and "//" not in line[:3]]
    assert len(statements) <= 35, "the README promises about thirty lines"
    assert "Spécialisation Véhicules électriques active paid" in run_js(code, tmp_path, stack)
