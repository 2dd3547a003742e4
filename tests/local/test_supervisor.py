"""One piece under its keeper: healthy, crashed, never healthy, stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from preau.local import health, supervisor
from preau.local.process import ProcessId
from preau.local.state import PieceState
from preau.local.supervisor import Keeper, Piece

Keep = Callable[..., Keeper]


@pytest.fixture
async def keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Keep]:
    """Make a keeper for a shell script, with short waits; it is stopped at the end."""
    monkeypatch.setattr(supervisor, "BACKOFF_FIRST", 0.01)
    monkeypatch.setattr(supervisor, "HEALTHY_WITHIN", 1.0)
    (tmp_path / "logs").mkdir()
    made: list[Keeper] = []

    def make(script: str, check: health.Check | None = None, stop_seconds: float = 5) -> Keeper:
        piece = Piece(
            name="example",
            title="Example",
            command=["sh", "-c", script],
            env=dict(os.environ),
            check=check or health.alive(0.1),
            stop_seconds=stop_seconds,
        )
        log = tmp_path / "logs" / "example.log"
        made.append(Keeper(piece, PieceState(), log, lambda: None))
        return made[-1]

    yield make
    for keeper in made:
        await keeper.stop()


async def reached(keeper: Keeper, status: str) -> None:
    async with asyncio.timeout(10):
        while keeper.state.status != status:  # noqa: ASYNC110 - only its file tells, as for users
            await asyncio.sleep(0.01)


async def test_a_piece_is_settled_once_it_is_healthy(keep: Keep) -> None:
    keeper = keep("exec sleep 60")
    keeper.start()
    await keeper.settled.wait()
    assert keeper.state.status == "healthy"
    assert keeper.state.restarts == 0


async def test_a_piece_that_is_never_healthy_is_given_up_with_its_reason(keep: Keep) -> None:
    keeper = keep("echo no luck; exit 3")
    keeper.start()
    await keeper.settled.wait()
    assert keeper.state.status == "failed"
    assert keeper.state.last_error == "ended with exit code 3"
    assert keeper.state.restarts == supervisor.GIVE_UP_UNBORN
    assert "no luck" in keeper.log.read_text()
    assert "given up after" in keeper.log.read_text()


async def test_a_piece_that_hangs_at_its_start_is_killed_and_given_up(keep: Keep) -> None:
    async def never() -> bool:
        return False

    keeper = keep("exec sleep 60", never)
    keeper.start()
    await keeper.settled.wait()
    assert keeper.state.status == "failed"
    assert keeper.state.last_error == "was not healthy within 1 s"
    assert keeper.state.process
    assert not keeper.state.process.is_alive()


async def test_a_piece_that_keeps_crashing_is_given_up_after_some_restarts(keep: Keep) -> None:
    keeper = keep("sleep 0.2; exit 1", health.alive(0.05))
    keeper.start()
    await reached(keeper, "failed")
    assert keeper.state.restarts == supervisor.GIVE_UP


async def test_a_full_disk_in_the_log_is_the_reason_given(keep: Keep) -> None:
    keeper = keep("echo could not write: No space left on device; exit 1")
    keeper.start()
    await keeper.settled.wait()
    assert keeper.state.last_error
    assert "disk full" in keeper.state.last_error


async def test_a_piece_that_ignores_its_stop_signal_is_killed(keep: Keep) -> None:
    keeper = keep("trap '' TERM; while true; do sleep 1; done", stop_seconds=0.2)
    keeper.start()
    await keeper.settled.wait()
    await keeper.stop()
    assert keeper.state.status == "stopped"
    assert keeper.state.process
    assert not keeper.state.process.is_alive()


async def test_the_children_of_a_piece_end_with_it(keep: Keep) -> None:
    keeper = keep("sleep 61 & echo child $!; exec sleep 60")
    keeper.start()
    await keeper.settled.wait()
    child = ProcessId.of(int(keeper.log.read_text().split()[1]))
    assert child.is_alive()
    await keeper.stop()
    assert child.wait_gone(5)


async def test_a_log_that_grew_too_large_is_moved_aside(keep: Keep, tmp_path: Path) -> None:
    keeper = keep("exec sleep 60")
    keeper.log.write_bytes(b"x" * (supervisor.LOG_BYTES + 1))
    keeper.start()
    await keeper.settled.wait()
    assert keeper.log.stat().st_size < supervisor.LOG_BYTES
    assert keeper.log.with_suffix(".log.1").exists()


async def test_an_old_pid_that_is_somebody_elses_now_is_not_signalled() -> None:
    stranger = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=-1)
    try:
        recorded = ProcessId(stranger.pid, ProcessId.of(stranger.pid).started - 1)
        recorded.send(signal.SIGKILL)
        recorded.stop()
        assert ProcessId.of(stranger.pid).is_alive()
    finally:
        stranger.kill()
        await stranger.wait()
