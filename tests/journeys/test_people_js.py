"""The same life through supabase-js: person.test.mjs beside this, run by Node's test runner."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from preau.local import programs
from tests.journeys.conftest import Rows
from tests.support.stack import Stack

SCRIPT = Path(__file__).with_name("person.test.mjs")


@pytest.mark.usefixtures("workers")
def test_a_persons_life_in_supabase_js(stack: Stack, rows: Rows) -> None:
    email = f"admin-{uuid4()}@example.test"
    made: Any = rows.execute(
        "select private.invite_admin('mecaformation', %s) ->> 'url' as url", [email]
    ).fetchone()
    told = {"ADMIN_EMAIL": email, "ADMIN_LINK": made["url"]}
    run = subprocess.run(
        [programs.locate().node, "--test", "--test-reporter=spec", SCRIPT],
        env=os.environ | stack.env() | told,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stdout + run.stderr
