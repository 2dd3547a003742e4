"""The command `preau` from `up` to `down`, as somebody at a terminal sees it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from preau.local.paths import Home
from tests.local.copies import LIGHT, Copy, copy, wait_for


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """A whole copy that `preau up --detach` brought up."""
    with copy(tmp_path_factory.mktemp("whole")) as made:
        done = made.preau("up", "--detach")
        assert done.returncode == 0, done.stdout
        yield made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """A copy whose data folder serves several tests, so that only the first makes it."""
    with copy(tmp_path_factory.mktemp("light")) as made:
        yield made


@pytest.fixture
def light(folder: Copy) -> Iterator[Copy]:
    """A copy that does not run yet; `start()` brings up Postgres and the inbox."""
    yield folder
    folder.end()


def test_up_detached_leaves_every_piece_healthy(running: Copy) -> None:
    done = running.preau("status", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert told["healthy"]
    assert set(told["pieces"]) == {
        *("postgres", "postgrest", "auth", "functions", "workers", "clock"),
        *("inbox", "stripe", "gateway", "realtime"),
    }


def test_up_when_it_is_up_says_so_and_succeeds(running: Copy) -> None:
    done = running.preau("up")
    assert done.returncode == 0
    assert "already up" in done.stdout


def test_env_gives_what_a_client_needs(running: Copy) -> None:
    lines = running.preau("env").stdout.splitlines()
    env = dict(line.split("=", 1) for line in lines)
    answer = httpx.get(
        f"{env['SUPABASE_URL']}/rest/v1/academies?select=slug",
        headers={"apikey": env["SUPABASE_PUBLISHABLE_KEY"]},
    )
    assert answer.status_code == 200
    assert {"slug": "mecaformation"} in answer.json()


def test_the_doctor_finds_nothing_on_a_fresh_stack(running: Copy) -> None:
    done = running.preau("doctor")
    assert done.returncode == 0, done.stdout
    assert "All is well" in done.stdout


def test_migrating_again_changes_nothing(running: Copy) -> None:
    assert "up to date" in running.preau("migrate").stdout


def test_seeding_again_changes_nothing(running: Copy) -> None:
    done = running.preau("seed")
    assert done.returncode == 0, done.stdout


def test_logs_of_an_unknown_piece_names_the_known_ones(running: Copy) -> None:
    done = running.preau("logs", "postgers")
    assert done.returncode == 1
    assert "postgres" in done.stdout


def test_a_crashed_piece_is_started_again(running: Copy) -> None:
    before = running.state().pieces["inbox"].process
    assert before
    os.kill(before.pid, signal.SIGKILL)
    wait_for(lambda: running.state().pieces["inbox"].restarts == 1)
    wait_for(lambda: running.state().pieces["inbox"].status == "healthy")
    assert "was killed by SIGKILL; starting it again" in running.log("inbox")


def test_the_gateway_answers_again_after_postgres_crashed(running: Copy) -> None:
    before = running.state().pieces["postgres"].process
    assert before
    os.kill(before.pid, signal.SIGKILL)
    wait_for(lambda: running.state().pieces["postgres"].restarts == 1)
    wait_for(lambda: running.state().is_well(), 30)
    env = dict(line.split("=", 1) for line in running.preau("env").stdout.splitlines())
    url = f"{env['SUPABASE_URL']}/rest/v1/academies"
    headers = {"apikey": env["SUPABASE_ANON_KEY"]}
    wait_for(lambda: httpx.get(url, headers=headers).status_code == 200)


def test_down_leaves_no_process(light: Copy) -> None:
    light.start()
    assert light.processes()
    done = light.preau("down")
    assert done.returncode == 0
    assert light.processes() == []
    assert light.preau("status").returncode == 1


def test_down_when_nothing_runs_says_so(light: Copy) -> None:
    done = light.preau("down")
    assert done.returncode == 0
    assert "Nothing is running" in done.stdout


def test_killing_the_supervisor_leaves_no_process_and_up_works_again(light: Copy) -> None:
    supervisor = light.start().supervisor
    os.kill(supervisor.pid, signal.SIGKILL)
    wait_for(lambda: light.processes() == [], 20)
    assert light.start().is_well()


def test_up_right_after_the_supervisor_was_killed_works(light: Copy) -> None:
    supervisor = light.start().supervisor
    os.kill(supervisor.pid, signal.SIGKILL)
    supervisor.wait_gone(5)
    assert light.start().is_well()


def test_a_taken_port_is_named_with_its_holder_and_the_way_out(light: Copy) -> None:
    with socket.create_server(("127.0.0.1", light.base + 3)):
        done = light.preau("up", "--detach")
    assert done.returncode == 1
    assert f"Port {light.base + 3} (inbox) is taken by" in done.stdout
    assert f"(pid {os.getpid()})" in done.stdout
    assert "--port-base" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_stale_pid_file_is_no_obstacle_and_a_stranger_is_left_alone(light: Copy) -> None:
    light.start()
    light.preau("down")
    pid_file = light.home.postgres / "data" / "postmaster.pid"
    data = pid_file.parent.resolve()
    # Postgres itself stops at a pid that a process of its own account has.
    account = data.stat().st_uid if os.geteuid() == 0 else None
    stranger = subprocess.Popen(["sleep", "60"], user=account)
    try:
        lines = [stranger.pid, data, 1, light.base + 1, "", "127.0.0.1", "", "ready", ""]
        pid_file.write_text("\n".join(map(str, lines)))
        state = json.loads(light.home.state_file.read_text())
        state["supervisor"] = {"pid": stranger.pid, "started": 1}
        state["pieces"]["inbox"]["process"] = {"pid": stranger.pid, "started": 1}
        light.home.state_file.write_text(json.dumps(state))
        assert light.start().is_well()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_piece_that_cannot_start_is_shown_with_its_last_words(tmp_path: Path) -> None:
    with copy(tmp_path) as made:
        made.home.ensure()
        (made.home.root / "inbox").write_text("a file where the inbox wants its folder")
        done = made.preau("up", "--detach", "--without", ",".join(LIGHT))
        assert done.returncode == 1
        assert "Inbox did not start" in done.stdout
        assert "FileExistsError" in done.stdout or "NotADirectoryError" in done.stdout
        assert made.processes() == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_named_before_anything_starts(tmp_path: Path) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(tmp_path)]
    if subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("this machine does not let root mount a tmpfs")
    try:
        done = Copy(Home(tmp_path / "home"), 30021).preau("up", "--detach")
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
    assert done.returncode == 1
    assert "MB left; the stack needs" in done.stdout
    assert "Make room" in done.stdout


def test_ctrl_c_stops_a_stack_in_the_foreground(tmp_path: Path) -> None:
    with copy(tmp_path) as made, made.running("up", "--without", ",".join(LIGHT)) as up:
        assert up.stdout
        assert any("Ctrl-C stops it" in line for line in up.stdout), made.log("postgres")
        os.kill(up.pid, signal.SIGINT)
        rest, _ = up.communicate(timeout=60)
        assert up.returncode == 0
        assert "Stopped." in rest
        assert made.processes() == []


def test_two_copies_run_side_by_side(light: Copy, running: Copy) -> None:
    light.start()
    assert light.state().is_well()
    assert running.state().is_well()
    assert light.base != running.base


def test_reset_drops_the_data(tmp_path: Path) -> None:
    with copy(tmp_path / "home") as made:
        made.start()
        done = made.preau("reset")
        assert done.returncode == 0
        assert made.processes() == []
        assert not made.home.root.exists()
