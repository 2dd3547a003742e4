"""Auth and Storage through supabase-js: the files beside this one, run by Node's test runner."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from preau.local import programs
from tests.support.stack import Stack

HERE = Path(__file__).parent
FILES = sorted(path.name for path in HERE.glob("*.test.mjs"))


@pytest.mark.parametrize("name", FILES)
def test_supabase_js_finds_what_hosted_would_give_it(stack: Stack, name: str) -> None:
    run = subprocess.run(
        [programs.locate().node, "--test", "--test-reporter=spec", HERE / name],
        env=os.environ | stack.env(),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stdout + run.stderr
