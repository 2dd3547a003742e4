"""The SQL and policy tests pass on hosted Supabase's Postgres too, where Docker can run it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from preau.local import programs
from tests.support import image
from tests.support.database import CLUSTER

NO_DOCKER = image.why_not()


@pytest.mark.skipif(NO_DOCKER is not None, reason=f"supabase/postgres not tried: {NO_DOCKER}")
def test_the_sql_tests_pass_on_the_supabase_postgres_image() -> None:
    with image.cluster(str(programs.require().supabase)) as urls:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "-m", "not prove", "tests/sql"),
                *("tests/policies", "--deselect", "tests/sql/test_supabase_image.py"),
                *("--ignore", "tests/sql/test_supabase_cli.py"),
                *("--ignore", "tests/sql/test_types.py"),
            ],
            env=os.environ | {CLUSTER: urls},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-5000:]
