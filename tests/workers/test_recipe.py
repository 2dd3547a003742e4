"""CONTRIBUTING's recipe "A queue", followed to the letter: what runs is its own words."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from tests.house.files import ROOT
from tests.policies.served import served
from tests.sql.test_house_rules import NAMES, offenders
from tests.support.database import Db, connect, value
from tests.support.people import MECA, admit, sign_up
from tests.support.stack import Stack

RECIPE = (ROOT / "CONTRIBUTING.md").read_text().split("## A queue\n")[1].split("\n## ")[0]


def code(language: str) -> str:
    """The one block of the language in the recipe."""
    (found,) = re.findall(rf"^ *```{language}\n(.*?)^ *```$", RECIPE, re.DOTALL | re.MULTILINE)
    return dedent(found)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with no worker but the recipe's."""
    (tmp_path / "workers").mkdir()
    (tmp_path / "workers" / "__init__.py").touch()
    (tmp_path / "workers" / "greetings.py").write_text(code("python"))
    return tmp_path


@pytest.fixture
def migrated(clone: str) -> Iterator[Db]:
    with connect(clone) as db:
        db.execute(code("sql").encode())
        yield db


class Workers:
    """`preau work greetings` in the project, with the recipe's database behind the gateway."""

    def __init__(self, stack: Stack, gateway: str, project: Path) -> None:
        self._project = project
        self._env = stack.env() | {
            "SUPABASE_URL": gateway,
            "PREAU_LOCAL_STACK": "1",
            "PATH": "",
            "WORKER_LEASE_SECONDS": "1",
            "WORKER_POLL_MAX_SECONDS": "0.1",
        }

    def start(self, **env: str) -> subprocess.Popen[bytes]:
        # The project's `workers` first, as it is in a checkout of one's own.
        path = f"import sys; sys.path[:0] = [{str(self._project)!r}, {str(ROOT)!r}]; "
        main = "from preau.cli import main; sys.argv = ['preau', 'work', 'greetings']; main()"
        with (self._project / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-c", path + main],
                env=self._env | env,
                cwd=self._project,
                stdout=log,
                stderr=log,
            )


async def until_empty(db: Db) -> None:
    for _ in range(200):
        if not value(db, "select count(*) from pgmq.q_greetings"):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the queue is not worked off")


def greetings(db: Db) -> int:
    found: int = value(
        db, "select count(*) from public.email_messages where dedupe_key like 'greeting:%%'"
    )
    return found


async def test_the_recipe_makes_a_queue_that_works(
    stack: Stack, migrated: Db, clone: str, project: Path
) -> None:
    for name in ("Ines", "Jo", "Kim"):
        admit(migrated, sign_up(migrated, name), MECA, "student")
    again = "select pgmq.send('greetings', message) from pgmq.q_greetings order by msg_id"
    migrated.execute(again.encode())
    assert value(migrated, "select count(*) from pgmq.q_greetings") == 6
    with served(stack, clone, project) as gateway:
        workers = Workers(stack, gateway, project)
        for point in ("claimed", "before_commit", "after_commit", "before_settle"):
            doomed = workers.start(PREAU_CRASH_AT=f"greetings.{point}")
            assert await asyncio.to_thread(doomed.wait, 20) == -signal.SIGKILL
        last = workers.start()
        try:
            await until_empty(migrated)
        finally:
            last.terminate()
            assert await asyncio.to_thread(last.wait, 20) == 0
    assert greetings(migrated) == 3
    assert value(migrated, "select count(*) from private.dead_letters") == 0


def test_the_recipes_migration_keeps_the_house_rules(migrated: Db) -> None:
    assert {rule: found for rule in NAMES if (found := offenders(migrated, rule))} == {}


def test_the_recipes_migration_is_in_our_style(tmp_path: Path) -> None:
    (tmp_path / "greetings.sql").write_text(code("sql"))
    done = subprocess.run(
        [sys.executable, "-m", "sqlfluff", "lint", "--config", "pyproject.toml", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_recipes_worker_is_in_our_style() -> None:
    for check in (["check", "-"], ["format", "--check", "-"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *check, "--stdin-filename", "workers/greetings.py"],
            input=code("python"), cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
