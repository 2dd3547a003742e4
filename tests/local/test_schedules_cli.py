"""`preau schedules`, as an operator runs it against the gateway."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.database import Db, column, connect, value
from tests.support.stack import Stack

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


def schedules(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "preau.cli", "schedules", *arguments],
        env=env | {"PATH": ""},
        cwd=env["PREAU_HOME"],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def preau(stack: Stack, tmp_path: Path) -> Cli:
    """As beside a hosted project: the environment names it, and no local stack is there."""
    env = stack.env() | {"PREAU_HOME": str(tmp_path), "PREAU_PORT_BASE": "1"}
    return partial(schedules, env=env)


@pytest.fixture
def sql(stack: Stack) -> Iterator[Db]:
    with connect(stack.db_url) as db:
        yield db


@pytest.fixture
def name(sql: Db) -> Iterator[str]:
    made, queue = (f"{kind}_{uuid4().hex[:12]}" for kind in ("s", "t"))
    sql.execute("select private.create_queue(%s, 'a test')", [queue])
    sql.execute("select private.add_schedule(%s, '0 2 * * *', %s)", [made, queue])
    try:
        yield made
    finally:
        sql.execute("delete from private.schedules where name = %s", [made])
        sql.execute("select pgmq.drop_queue(%s)", [queue])
        sql.execute("delete from private.job_keys where queue = %s", [queue])
        sql.execute("delete from private.queues where name = %s", [queue])


def jobs(sql: Db, name: str) -> int:
    queue = value(sql, "select queue from private.schedules where name = %s", name)
    depth: int = value(sql, "select depth from worker.queue_depths() where queue = %s", queue)
    return depth


def test_the_list_tells_what_runs_when(preau: Cli, name: str) -> None:
    done = preau("list")
    assert done.returncode == 0, done.stderr
    line = next(line for line in done.stdout.splitlines() if line.startswith(name))
    assert "0 2 * * *" in line
    assert "02:00" in line
    assert "never" in line
    found = {each["name"]: each for each in json.loads(preau("list", "--json").stdout)}
    assert found[name]["time_zone"] == "Europe/Paris"


def test_one_is_run_now_once_a_minute(preau: Cli, sql: Db, name: str) -> None:
    if datetime.now(UTC).second > 50:
        sql.execute("select pg_sleep(11)")
    due = value(sql, "select next_run_at from private.schedules where name = %s", name)
    assert "a job is in the queue" in preau("run", name).stdout
    assert "queued before" in preau("run", name).stdout
    assert jobs(sql, name) == 1
    assert value(sql, "select next_run_at from private.schedules where name = %s", name) == due


def test_a_paused_one_rests_until_it_is_resumed(preau: Cli, sql: Db, name: str) -> None:
    sql.execute(
        "update private.schedules set next_run_at = now() - interval '3 days' where name = %s",
        [name],
    )
    assert "is paused" in preau("pause", name).stdout
    assert "paused" in preau("list").stdout
    sql.execute("select private.run_schedules()")
    assert jobs(sql, name) == 0
    assert "runs again" in preau("resume", name).stdout
    sql.execute("select private.run_schedules()")
    assert jobs(sql, name) == 0
    ahead = "select next_run_at > now() from private.schedules where name = %s"
    assert column(sql, ahead, name) == [True]


@pytest.mark.parametrize("command", ["run", "pause", "resume"])
def test_an_unknown_one_is_a_sentence(preau: Cli, command: str) -> None:
    done = preau(command, "nothing_of_that_name")
    assert done.returncode == 1
    assert "There is no schedule nothing_of_that_name." in done.stderr
    assert "preau schedules list" in done.stderr


def test_without_a_project_in_the_environment_the_local_stack_is_asked(
    stack: Stack, name: str
) -> None:
    done = schedules("list", env={"PREAU_HOME": str(stack.home.root)})
    assert done.returncode == 0, done.stderr
    assert name in done.stdout


def test_with_neither_it_says_what_to_do(tmp_path: Path) -> None:
    done = schedules("list", env={"PREAU_HOME": str(tmp_path), "PREAU_PORT_BASE": "1"})
    assert done.returncode == 1
    assert "preau status" in done.stderr
