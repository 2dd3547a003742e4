"""Presence: who is there, told to everybody who listens."""

from __future__ import annotations

from typing import Any

import pytest
from realtime.message import PresenceDiffMessage, ServerMessageAdapter

from preau.local.realtime.access import Access
from preau.local.realtime.hub import Hub, Topic
from preau.local.realtime.presence import Presence
from tests.local.realtime.topics.people import Listener

ROOM = Topic("room", private=False)


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
def presence(hub: Hub) -> Presence:
    return Presence(hub)


@pytest.fixture
def alice(hub: Hub) -> Listener:
    return joined(hub, Listener(key="alice"))


@pytest.fixture
def bob(hub: Hub) -> Listener:
    return joined(hub, Listener(key="bob"))


def joined(hub: Hub, listener: Listener) -> Listener:
    hub.join(listener)
    return listener


def metas(part: dict[str, Any], key: str) -> list[dict[str, Any]]:
    assert list(part) == [key]
    assert list(part[key]) == ["metas"]
    found: list[dict[str, Any]] = part[key]["metas"]
    return found


def test_an_empty_topic_has_an_empty_state(presence: Presence) -> None:
    assert presence.state(ROOM) == {}


def test_everybody_is_told_who_comes_the_sender_too(
    presence: Presence, alice: Listener, bob: Listener
) -> None:
    presence.track(alice, {"user": 1})
    (diff,) = alice.payloads()
    assert bob.payloads() == [diff]
    (meta,) = metas(diff["joins"], "alice")
    assert meta == {"user": 1, "phx_ref": meta["phx_ref"]}
    assert isinstance(meta["phx_ref"], str)
    assert diff["leaves"] == {}
    assert [(sent.topic, sent.event) for sent in bob.sent] == [("realtime:room", "presence_diff")]


def test_the_state_has_what_the_diffs_had(
    presence: Presence, alice: Listener, bob: Listener
) -> None:
    presence.track(alice, {"user": 1})
    presence.track(bob, {"user": 2})
    assert presence.state(ROOM) == {
        key: value for diff in alice.payloads() for key, value in diff["joins"].items()
    }


def test_tracking_again_is_one_diff_with_the_old_and_the_new(
    presence: Presence, alice: Listener
) -> None:
    presence.track(alice, {"user": 1})
    presence.track(alice, {"user": 2})
    first, second = alice.payloads()
    (old,), (new,) = metas(first["joins"], "alice"), metas(second["joins"], "alice")
    assert metas(second["leaves"], "alice") == [old]
    assert new == {"user": 2, "phx_ref": new["phx_ref"], "phx_ref_prev": old["phx_ref"]}
    assert new["phx_ref"] != old["phx_ref"]
    assert presence.state(ROOM) == {"alice": {"metas": [new]}}


def test_the_same_again_is_nothing(presence: Presence, alice: Listener) -> None:
    presence.track(alice, {"user": 1, "name": "é"})
    presence.track(alice, {"user": 1, "name": "é"})
    assert len(alice.sent) == 1


def test_true_is_not_the_number_one(presence: Presence, alice: Listener) -> None:
    presence.track(alice, {"user": 1})
    presence.track(alice, {"user": True})
    assert len(alice.sent) == 2


def test_untracking_is_told_to_everybody_once(
    presence: Presence, alice: Listener, bob: Listener
) -> None:
    presence.track(alice, {"user": 1})
    came = alice.payloads()[0]["joins"]
    presence.untrack(alice)
    presence.untrack(alice)
    assert alice.payloads()[1:] == bob.payloads()[1:] == [{"joins": {}, "leaves": came}]
    assert presence.state(ROOM) == {}


def test_a_channel_that_is_over_leaves_and_only_the_others_are_told(
    presence: Presence, alice: Listener, bob: Listener
) -> None:
    presence.track(alice, {"user": 1})
    presence.leave(alice)
    presence.leave(alice)
    assert len(alice.sent) == 1
    assert [list(diff["leaves"]) for diff in bob.payloads()] == [[], ["alice"]]


def test_leaving_without_having_tracked_tells_nobody(
    presence: Presence, alice: Listener, bob: Listener
) -> None:
    presence.leave(alice)
    presence.untrack(alice)
    assert bob.sent == []


def test_two_sockets_of_one_key_are_two_metas(presence: Presence, hub: Hub) -> None:
    phone, laptop = (joined(hub, Listener(key="alice")) for _ in range(2))
    presence.track(phone, {"on": "phone"})
    presence.track(laptop, {"on": "phone"})
    both = metas(presence.state(ROOM), "alice")
    assert [meta["on"] for meta in both] == ["phone", "phone"]
    assert len({meta["phx_ref"] for meta in both}) == 2
    presence.leave(phone)
    assert metas(presence.state(ROOM), "alice") == both[1:]
    assert metas(laptop.payloads()[-1]["leaves"], "alice") == both[:1]


@pytest.mark.parametrize("name", ["phx_ref", "phx_ref_prev", "presence_ref"])
def test_a_payload_cannot_choose_its_refs(presence: Presence, alice: Listener, name: str) -> None:
    presence.track(alice, {"user": 1, name: 7})
    (meta,) = metas(presence.state(ROOM), "alice")
    assert meta == {"user": 1, "phx_ref": meta["phx_ref"]}
    assert isinstance(meta["phx_ref"], str)


def test_realtime_py_reads_what_is_told_of_a_payload_with_refs(
    presence: Presence, alice: Listener
) -> None:
    presence.track(alice, {"phx_ref_prev": None, "presence_ref": [], "phx_ref": {}})
    told = {"topic": "realtime:room", "event": "presence_diff", "ref": None}
    read = ServerMessageAdapter.validate_python(told | {"payload": alice.payloads()[0]})
    assert isinstance(read, PresenceDiffMessage)


def test_a_restarted_server_gives_other_refs() -> None:
    seen = set()
    for _ in range(2):
        hub = Hub()
        presence, listener = Presence(hub), joined(hub, Listener())
        presence.track(listener, {})
        seen.add(metas(presence.state(ROOM), "key")[0]["phx_ref"])
    assert len(seen) == 2


def test_a_private_topic_of_the_same_name_is_another(
    presence: Presence, hub: Hub, alice: Listener
) -> None:
    inside = joined(hub, Listener(private=True))
    presence.track(alice, {})
    assert inside.sent == []
    assert presence.state(Topic("room", private=True)) == {}


def test_who_may_not_hear_presence_or_does_not_want_it_is_not_told(
    presence: Presence, hub: Hub, alice: Listener
) -> None:
    deaf = joined(hub, Listener(access=Access(broadcast=True, presence=False)))
    uninterested = joined(hub, Listener(hears_presence=False))
    presence.track(alice, {})
    assert (deaf.sent, uninterested.sent) == ([], [])
