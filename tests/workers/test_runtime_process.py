"""The worker as a process: SIGTERM drains it, SIGKILL loses nothing."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

import pytest

from preau.settings import Settings
from tests.workers.rig import TestQueue, until, working


class Sample:
    """Starts `tests.workers.sample` and reads what it notes."""

    def __init__(self, queue: str, settings: Settings, diary: Path) -> None:
        self._queue = queue
        self._diary = diary
        self._env = os.environ | {
            "SUPABASE_URL": settings.require_url(),
            "SUPABASE_SECRET_KEY": settings.require_secret_key(),
            "WORKER_LEASE_SECONDS": "2",
            "WORKER_POLL_MAX_SECONDS": "0.05",
            "WORKER_DRAIN_SECONDS": "10",
            "LOG_FORMAT": "json",
        }

    async def start(self, seconds: float) -> Process:
        """Start a process whose messages take `seconds`."""
        command = ["-m", "tests.workers.sample", self._queue, str(seconds), str(self._diary)]
        return await asyncio.create_subprocess_exec(
            sys.executable, *command, env=self._env, stdout=PIPE
        )

    def lines(self) -> list[str]:
        """What all processes have noted so far."""
        return self._diary.read_text().splitlines() if self._diary.exists() else []


@pytest.fixture
def sample(queue: TestQueue, settings: Settings, tmp_path: Path) -> Sample:
    return Sample(queue.name, settings, tmp_path / "diary")


async def _gone(queue: TestQueue) -> bool:
    return not await queue.waiting()


async def _noted(sample: Sample, line: str) -> bool:
    return line in sample.lines()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_drains_the_process_and_it_ends_well(
    queue: TestQueue, sample: Sample, number: signal.Signals
) -> None:
    await queue.send({"n": 1})
    process = await sample.start(seconds=1.0)
    await until(lambda: _noted(sample, "1 1"), "the handler has begun")
    process.send_signal(number)
    out, _ = await process.communicate()
    assert process.returncode == 0
    assert sample.lines() == ["1 1", "done 1"]
    assert not await queue.waiting()
    assert _events(out)[-1] == "worker.stopped"


def _events(out: bytes) -> list[str]:
    lines: list[dict[str, Any]] = [json.loads(line) for line in out.splitlines()]
    return [line["event"] for line in lines]


async def test_a_killed_workers_message_goes_to_another_when_its_lease_ends(
    queue: TestQueue, sample: Sample, settings: Settings
) -> None:
    seen: list[int] = []

    async def handle(_message: object, context: Any) -> None:
        seen.append(context.attempt)

    await queue.send({"n": 1})
    process = await sample.start(seconds=60)
    await until(lambda: _noted(sample, "1 1"), "the handler has begun")
    process.kill()
    await process.communicate()
    async with working(queue.name, handle, settings):
        await until(lambda: _gone(queue), "the message is handled by the other")
    assert seen == [2]


async def test_two_processes_share_a_queue_and_handle_each_message_once(
    queue: TestQueue, sample: Sample
) -> None:
    await queue.send(*({"n": n} for n in range(60)))
    both = [await sample.start(seconds=0.05) for _ in range(2)]
    await until(lambda: _gone(queue), "the queue is empty", seconds=20)
    for process in both:
        process.terminate()
        await process.communicate()
    assert sorted(sample.lines()) == sorted(
        line for n in range(60) for line in (f"{n} 1", f"done {n}")
    )
