"""Scenarios 8 and 9: broadcasts over HTTP, in batches and one by one."""

from __future__ import annotations

import uuid
from urllib.parse import quote

from tests.local.realtime.conformance.peers import JSON, Wanted
from tests.local.realtime.conformance.scene import Scene, joined, token_of, topic
from tests.local.realtime.conformance.wire import V2

MINE = str(uuid.uuid4())


async def test_08_a_batch_is_delivered_where_its_sender_may_speak(scene: Scene) -> None:
    name, heard_only = topic("open"), topic("hear")
    public = await scene.join(name)
    listener = await scene.user()
    private = await joined(listener, name, Wanted(private=True))
    only = await joined(listener, heard_only, Wanted(private=True))
    token = token_of(MINE)

    def message(event: str, to: str = name, **more: object) -> JSON:
        return {"topic": to, "event": event, "payload": {"by": event}, **more}

    async with scene.http(token=token) as http, scene.http(key=None) as nobody:
        batch = {"messages": [message("a"), message("b", private=True, id="m-1")]}
        answer = await http.post("/broadcast", json=batch)
        assert (answer.status_code, answer.content) == (202, b"")
        assert (await public.inbox.next("broadcast"))["payload"] == {"by": "a"}
        said = await private.inbox.next("broadcast")
        assert (said["event"], said["meta"]) == ("b", {"id": "m-1"})

        person = await scene.user(MINE)
        assert await person.batch_send(name, "c", {"by": "c"}, private=True) == "ok"
        assert (await private.inbox.next("broadcast"))["payload"] == {"by": "c"}

        denied = {"messages": [message("denied", heard_only, private=True), message("last")]}
        assert (await http.post("/broadcast", json=denied)).status_code == 202
        assert (await public.inbox.next("broadcast"))["event"] == "last"
        await scene.sql("select realtime.send('{}', 'last', %s)", heard_only)
        assert (await only.inbox.next("broadcast"))["event"] == "last"
        await private.quiet("broadcast")

        assert (await nobody.post("/broadcast", json=batch)).status_code == 401
        for broken in (
            {"topic": name, "event": "e"},
            {"topic": name, "event": "e", "payload": 3},
            {"event": "e", "payload": {}},
            {"topic": name, "payload": {}},
        ):
            refused = await http.post("/broadcast", json={"messages": [broken]})
            assert refused.status_code == 422, broken
            assert isinstance(refused.json()["errors"]["messages"], list)
        missing = await http.post("/broadcast", json={"messages": [{"topic": "t", "event": "e"}]})
        assert missing.json() == {"errors": {"messages": [{"payload": ["can't be blank"]}]}}


async def test_09_one_event_is_sent_over_http_as_json_or_bytes(scene: Scene) -> None:
    name = f"{topic('open')}/é ?&"
    public = await scene.join(name)
    sender = await scene.user(MINE)
    private = await joined(await scene.user(), name, Wanted(private=True))
    assert await sender.http_send(name, "a/b c", {"x": 1}, private=False) == ""
    assert await sender.http_send(name, "in", {"x": 2}, private=True) == ""
    heard = await public.inbox.next("broadcast")
    assert (heard["event"], heard["payload"]) == ("a/b c", {"x": 1})
    assert (await private.inbox.next("broadcast"))["payload"] == {"x": 2}

    wire = await scene.wire(version=V2)
    await wire.join(name)
    assert await sender.http_send(name, "scan", b"\x00\xff", private=False) == ""
    scanned = await wire.event("broadcast")
    assert (scanned.binary, scanned.payload["payload"]) == (True, b"\x00\xff")

    assert "Unauthorized" in await sender.http_send(topic("hear"), "e", {}, private=True)
    async with scene.http() as http:
        path = f"/broadcast/{quote(name, safe='')}/events/e"
        # realtime-js leaves the socket's own parameters on the address.
        json = await http.post(f"{path}?apikey=x&vsn=2.0.0", json={"y": 1})
        assert (json.status_code, json.content) == (202, b"")
        text = {"Content-Type": "text/plain"}
        assert (await http.post(path, content="x", headers=text)).status_code == 415
        denied = await http.post(f"/broadcast/{topic('own')}/events/e?private=true", json={})
        assert (denied.status_code, denied.json()) == (403, {"message": "Unauthorized"})
