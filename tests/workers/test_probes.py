"""What a worker says over HTTP: its counts, whether it works, whether it lives."""

from __future__ import annotations

import asyncio
import socket

import httpx
import pytest

from preau import worker
from preau.errors import PermanentError, PreauError, RetryableError
from preau.handlers import Context, Handler
from preau.settings import Settings
from tests.workers.rig import Door, Ping, TestQueue, until, working


@pytest.fixture
def probed(settings: Settings) -> Settings:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return settings.model_copy(update={"worker_metrics_port": free.getsockname()[1]})


async def get(settings: Settings, path: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.get(f"http://127.0.0.1:{settings.worker_metrics_port}{path}")


async def nothing(_message: Ping, _context: Context) -> None:
    """Do nothing."""


async def ready(settings: Settings) -> bool:
    try:
        return (await get(settings, "/ready")).status_code == 200
    except httpx.ConnectError:  # it does not listen yet
        return False


async def test_metrics_tell_what_became_of_the_jobs(queue: TestQueue, probed: Settings) -> None:
    async def handle(message: Ping, context: Context) -> None:
        if message.n == 1:
            raise PermanentError("no", "Never.")
        if message.n == 2 and context.attempt == 1:
            raise RetryableError("busy", "Later.")

    async def gone() -> bool:
        return not await queue.waiting()

    await queue.send(*({"n": n} for n in range(4)))
    async with working(queue.name, handle, probed):
        await until(gone, "all is settled")
        told = (await get(probed, "/metrics")).text
    label = f'{{queue="{queue.name}"}}'
    counts = {"handled": 3, "failed": 2, "retried": 1, "dead": 1, "lost": 0}
    for name, count in counts.items():
        assert f"preau_jobs_{name}_total{label} {count}.0" in told
    assert f"preau_job_seconds_count{label} 5.0" in told
    assert f"preau_jobs_in_flight{label} 0.0" in told
    assert f"preau_queue_dead_letters{label} 1.0" in told
    assert f"preau_queue_depth{label} 0.0" in told
    assert "preau_gateway_up 1.0" in told


async def test_metrics_are_served_while_the_gateway_is_down(
    queue: TestQueue, probed: Settings
) -> None:
    async with Door(probed.require_url()) as door:
        behind = probed.model_copy(update={"supabase_url": door.url})
        async with working(queue.name, nothing, behind):
            await until(lambda: ready(probed), "it is ready")
            await door.shut()
            told = (await get(probed, "/metrics")).text
            await door.open()
    assert "preau_gateway_up 0.0" in told
    assert "preau_queue_depth{" not in told


async def test_realtime_that_is_down_is_told_and_is_no_reason_not_to_be_ready(
    queue: TestQueue, probed: Settings
) -> None:
    async def told(line: str) -> bool:
        return line in (await get(probed, "/metrics")).text.splitlines()

    async with (
        Door(probed.require_url()) as realtime,
        Door(probed.require_url(), realtime.url) as door,
    ):
        behind = probed.model_copy(update={"supabase_url": door.url})
        async with working(queue.name, nothing, behind):
            await until(lambda: ready(probed), "it is ready")
            await until(lambda: told("preau_realtime_up 1.0"), "it is connected")
            assert await told("preau_realtime_connections_total 1.0")
            await realtime.shut()
            await until(lambda: told("preau_realtime_up 0.0"), "the cut is told")
            assert await ready(probed)
            await realtime.open()
            await until(lambda: told("preau_realtime_up 1.0"), "it is connected again")
            assert await told("preau_realtime_connections_total 2.0")


async def test_a_worker_is_ready_while_the_gateway_answers_it(
    queue: TestQueue, probed: Settings
) -> None:
    async def down() -> bool:
        return not await ready(probed)

    async with Door(probed.require_url()) as door:
        behind = probed.model_copy(update={"supabase_url": door.url})
        async with working(queue.name, nothing, behind):
            await until(lambda: ready(probed), "it is ready")
            await door.shut()
            await until(down, "the outage is seen")
            assert "does not answer" in (await get(probed, "/ready")).text
            assert (await get(probed, "/live")).status_code == 200
            await door.open()
            await until(lambda: ready(probed), "it is ready again")


async def test_a_draining_worker_lives_and_is_not_ready(queue: TestQueue, probed: Settings) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def handle(_message: Ping, _context: Context) -> None:
        begun.set()
        await may_end.wait()

    await queue.send({"n": 1})
    async with working(queue.name, handle, probed) as stop:
        await asyncio.wait_for(begun.wait(), 5)
        stop.set()
        answer = await get(probed, "/ready")
        assert (answer.status_code, answer.text) == (503, "draining\n")
        assert (await get(probed, "/live")).status_code == 200
        may_end.set()


async def test_anything_else_is_refused(queue: TestQueue, probed: Settings) -> None:
    async with working(queue.name, nothing, probed):
        await until(lambda: ready(probed), "it is ready")
        assert (await get(probed, "/secrets")).status_code == 404
        async with httpx.AsyncClient(trust_env=False) as http:
            url = f"http://127.0.0.1:{probed.worker_metrics_port}/metrics"
            assert (await http.post(url)).status_code == 405


async def test_a_port_that_is_taken_is_said(queue: TestQueue, probed: Settings) -> None:
    async with working(queue.name, nothing, probed):
        await until(lambda: ready(probed), "it is ready")
        with pytest.raises(PreauError, match="cannot be listened on"):
            await worker.run([Handler(queue.name, Ping, nothing)], probed, asyncio.Event())
