"""`preau jobs` and `preau work --watch`, as an operator runs them, over the gateway."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
import typer
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb
from typer.testing import CliRunner, Result

from preau.cli import jobs, processes, service
from preau.cli.watch import Watch
from preau.errors import PreauError
from preau.local.paths import Home
from tests.support.database import Db, connect, rows, value
from tests.support.stack import Stack

COMMANDS = ("list", "dead", "show", "replay", "purge")


@pytest.fixture
def environment(stack: Stack, tmp_path: Path) -> Mapping[str, str]:
    """What an operator of a deployment has: its URL and its secret key."""
    return {
        "SUPABASE_URL": stack.url,
        "SUPABASE_SECRET_KEY": stack.secret_key,
        "PREAU_HOME": str(tmp_path),
    }


@pytest.fixture
def db(stack: Stack) -> Iterator[Db]:
    with connect(stack.db_url) as found:
        yield found


@pytest.fixture
def queue(db: Db) -> Iterator[str]:
    name = f"t_{uuid4().hex[:12]}"
    db.execute("select private.create_queue(%s, 'a test', 3)", [name])
    yield name
    db.execute("select pgmq.drop_queue(%s)", [name])
    db.execute("delete from private.dead_letters where queue = %s", [name])
    db.execute("delete from private.queues where name = %s", [name])


@pytest.fixture
def preau(environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    for name, text in environment.items():
        monkeypatch.setenv(name, text)
    app = typer.Typer()
    jobs.register(app)
    processes.register(app)
    return app


def run(app: typer.Typer, *arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, arguments, input=typed)


def bury(db: Db, queue: str, *codes: str) -> list[int]:
    """Let a job die of each code; returns the letters' ids, oldest first."""
    for number, _ in enumerate(codes):
        value(db, "select private.enqueue(%s, %s)", queue, Jsonb({"n": number}))
    claimed = value(db, "select private.settle(%s, '[]', '[]', 100, 60) -> 'jobs'", queue)
    failed = [
        {"id": job["id"], "read_ct": 1, "code": code, "message": f"[bold] {code} happened"}
        for job, code in zip(claimed, codes, strict=True)
    ]
    value(db, "select private.settle(%s, '[]', %s, 0, 60, 'host:1')", queue, Jsonb(failed))
    letters = rows(db, "select id from private.dead_letters where queue = %s order by id", queue)
    return [row["id"] for row in letters]


def ready(db: Db, queue: str) -> int:
    found: int = db.execute(
        SQL("select count(*) as n from {}").format(Identifier("pgmq", f"q_{queue}"))
    ).fetchone()["n"]  # type: ignore[index]
    return found


def test_queues_are_listed_with_what_is_in_them(preau: typer.Typer, db: Db, queue: str) -> None:
    bury(db, queue, "refused")
    value(db, "select private.enqueue(%s, '{}')", queue)
    line = next(li for li in run(preau, "jobs", "list").stdout.splitlines() if queue in li)
    assert line.split() == [queue, "0", "1", "0", "0", "0", "0", "s", "1"]
    told = {row["queue"]: row for row in json.loads(run(preau, "jobs", "list", "--json").stdout)}
    assert (told[queue]["ready"], told[queue]["dead"]) == (1, 1)


def test_dead_letters_are_listed_newest_first_a_page_at_a_time(
    preau: typer.Typer, db: Db, queue: str
) -> None:
    ids = bury(db, queue, "a", "b", "c")
    shown = run(preau, "jobs", "dead", queue, "--limit", "2").stdout
    assert [line.split()[0] for line in shown.splitlines()[1:3]] == [str(ids[2]), str(ids[1])]
    assert "[bold] c happened" in shown
    assert f"--after {ids[1]}" in shown
    rest = run(preau, "jobs", "dead", queue, "--after", str(ids[1]), "--json").stdout
    assert [row["id"] for row in json.loads(rest)] == [ids[0]]


def test_a_queue_without_dead_letters_says_so(preau: typer.Typer, queue: str) -> None:
    assert run(preau, "jobs", "dead", queue).stdout == f"There are no dead letters in {queue}.\n"
    assert "nothing to replay" in run(preau, "jobs", "replay", queue).stdout
    assert "no dead letters" in run(preau, "jobs", "purge", queue).stdout


def test_one_letter_is_shown_with_its_story(preau: typer.Typer, db: Db, queue: str) -> None:
    (letter,) = bury(db, queue, "refused")
    shown = run(preau, "jobs", "show", str(letter)).stdout
    assert '{"n": 0}' in shown
    assert "(host:1) refused: [bold] refused happened" in shown
    told = json.loads(run(preau, "jobs", "show", str(letter), "--json").stdout)
    assert told["story"][0]["worker"] == "host:1"


def test_a_letter_that_is_not_there_is_said(preau: typer.Typer) -> None:
    error = run(preau, "jobs", "show", "999999999").exception
    assert isinstance(error, PreauError)
    assert error.code == "no_such_letter"


@pytest.mark.parametrize("command", ["dead", "replay", "purge"])
def test_an_unknown_queue_is_said_with_the_known_ones(preau: typer.Typer, command: str) -> None:
    error = run(preau, "jobs", command, "pigeons").exception
    assert isinstance(error, PreauError)
    assert error.code == "unknown_queue"
    assert "emails" in (error.hint or "")


def test_all_of_a_queue_is_replayed(preau: typer.Typer, db: Db, queue: str) -> None:
    bury(db, queue, "a", "b", "c")
    assert "3 jobs are queued again" in run(preau, "jobs", "replay", queue).stdout
    assert ready(db, queue) == 3


def test_a_replay_takes_only_what_is_meant(preau: typer.Typer, db: Db, queue: str) -> None:
    ids = bury(db, queue, "a", "b", "a", "c")
    by_code = run(preau, "jobs", "replay", queue, "--code", "a")
    by_id = run(preau, "jobs", "replay", queue, "--id", str(ids[3]))
    assert "2 jobs are" in by_code.stdout
    assert "1 job is" in by_id.stdout
    assert [row["code"] for row in service.call(Home(Path()), "dead_letters", queue=queue)] == ["b"]


def test_more_than_one_call_takes_is_replayed_in_bulk(
    preau: typer.Typer, db: Db, queue: str
) -> None:
    db.execute(
        "insert into private.dead_letters"
        " (queue, msg_id, payload, read_ct, code, message, enqueued_at)"
        " select %s, n, '{}', 1, 'c', 'm', now() from generate_series(1, 10050) as n",
        [queue],
    )
    assert "10050 jobs" in run(preau, "jobs", "replay", queue).stdout
    assert ready(db, queue) == 10050


def test_purging_asks_first(
    preau: typer.Typer, db: Db, queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bury(db, queue, "a", "b")
    error = run(preau, "jobs", "purge", queue).exception
    assert isinstance(error, PreauError)
    assert error.code == "not_confirmed"
    monkeypatch.setattr(jobs, "_somebody_is_there", lambda: True)
    assert run(preau, "jobs", "purge", queue, typed="n\n").exit_code == 1
    assert len(service.call(Home(Path()), "dead_letters", queue=queue)) == 2
    answer = run(preau, "jobs", "purge", queue, typed="y\n")
    assert f"all 2 dead letters of {queue}" in answer.stdout
    assert "2 dead letters are gone" in answer.stdout
    assert ready(db, queue) == 0


def test_purging_with_yes_does_not_ask(preau: typer.Typer, db: Db, queue: str) -> None:
    ids = bury(db, queue, "a", "b")
    answer = run(preau, "jobs", "purge", queue, "--yes", "--id", str(ids[0]))
    assert "1 dead letter is gone" in answer.stdout
    assert [row["id"] for row in service.call(Home(Path()), "dead_letters", queue=queue)] == [
        ids[1]
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(preau: typer.Typer, command: str) -> None:
    assert f"preau jobs {command}" in run(preau, "jobs", command, "--help").stdout


def test_an_age_is_said_as_people_say_it() -> None:
    said = {service.age(seconds) for seconds in (None, 0, 45, 600, 7200, 86400 * 5)}
    assert said == {"", "45 s", "10 min", "2 h", "5 d"}


def test_rates_are_what_came_and_went_a_second() -> None:
    row = {"queue": "emails", "priority": 0, "ready": 0, "in_flight": 0, "retrying": 0}
    row |= {"delayed": 0, "oldest_seconds": 0, "dead": 0, "depth": 4, "sent": 10}
    watching = Watch([])
    watching.picture([row], 100.0)
    table = watching.picture([row | {"depth": 8, "sent": 30}], 102.0).renderables[0]
    cells = [next(iter(column.cells)) for column in table.columns]  # type: ignore[union-attr]
    assert cells[-2:] == ["10.0", "8.0"]


def test_watching_ends_cleanly_with_ctrl_c(environment: Mapping[str, str], queue: str) -> None:
    command = [sys.executable, "-m", "preau.cli", "work", "--watch", queue]
    with subprocess.Popen(
        command,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A test run in the background has Ctrl-C switched off, and its children would inherit that.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as watching:
        assert watching.stdout
        assert watching.stderr
        while queue.encode() not in watching.stdout.readline():
            assert watching.poll() is None, watching.stderr.read().decode()
        time.sleep(0.3)
        watching.send_signal(signal.SIGINT)
        assert watching.wait(10) == 0
        assert watching.stderr.read() == b""
