"""The Node that runs realtime-js: driven over its stdin, heard over its stdout."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from preau.local import programs
from tests.local.realtime.conformance.events import Inbox
from tests.local.realtime.conformance.peers import JSON

CLIENT = Path(__file__).parent / "client.mjs"
LINE_BYTES = 2**24  # an event may carry a payload of megabytes


class Driver:
    """The running Node and what it was asked."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._inboxes: dict[int, Inbox] = {}

    async def ask(self, verb: str, **arguments: Any) -> Any:
        """Have it do something; returns the result, raises `AssertionError` with its error."""
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        command = {"id": number, "verb": verb, **arguments}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command, default=_outward).encode() + b"\n")
        return await answer

    def number(self, inbox: Inbox | None = None) -> int:
        """Return a new name for a client, or for a channel with its inbox."""
        number = next(self._numbers)
        if inbox is not None:
            self._inboxes[number] = inbox
        return number

    async def listen(self) -> None:
        """Hand out what it writes, until it ends."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            said = json.loads(line, object_hook=_inward)
            if "kind" in said:
                self._inboxes[said["channel"]].put(said["kind"], _plain(said))
            elif "error" in said:
                self._answers.pop(said["id"]).set_exception(AssertionError(said["error"]))
            else:
                self._answers.pop(said["id"]).set_result(said["result"])


@asynccontextmanager
async def driver(version: str) -> AsyncIterator[Driver]:
    """Run a Node whose clients speak one protocol version."""
    process = await asyncio.create_subprocess_exec(
        *(programs.require().node, CLIENT, version),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LINE_BYTES,
    )
    running = Driver(process)
    listening = asyncio.create_task(running.listen())
    try:
        yield running
    finally:
        process.kill()
        await process.wait()
        await listening


def _plain(said: JSON) -> JSON:
    """Return an event's data; a row change as the Python client names its parts."""
    data: JSON = said["data"]
    if said["kind"] != "change":
        return data
    names = {"eventType": "type", "new": "record", "old": "old_record"}
    return {names.get(name, name): value for name, value in data.items()}


def _outward(value: object) -> JSON:
    assert isinstance(value, bytes)
    return {"$bytes": value.hex()}


def _inward(value: JSON) -> Any:
    return bytes.fromhex(value["$bytes"]) if set(value) == {"$bytes"} else value
