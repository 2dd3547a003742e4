"""Topics and who is on them."""

from __future__ import annotations

from preau.local.realtime.access import EVERYTHING, Access
from preau.local.realtime.frames import Message
from preau.local.realtime.hub import Hub, Topic
from tests.local.realtime.topics.people import Listener

HELLO = Message("realtime:room", "broadcast", "{}")
ROOM = Topic("room", private=False)


def joined(hub: Hub, private: bool = False, access: Access = EVERYTHING) -> Listener:
    """Return a listener on the topic `room`."""
    listener = Listener("room", private=private, access=access)
    hub.join(listener)
    return listener


def test_everybody_on_a_topic_is_told_but_the_one_who_says_it() -> None:
    hub = Hub()
    speaker, one, other = joined(hub), joined(hub), joined(hub)
    hub.publish(ROOM, HELLO, "broadcast", but=speaker)
    assert [len(each.sent) for each in (speaker, one, other)] == [0, 1, 1]


def test_a_private_topic_of_the_same_name_is_another() -> None:
    hub = Hub()
    public, private = joined(hub), joined(hub, private=True)
    hub.publish(Topic("room", private=True), HELLO, "broadcast")
    assert (len(public.sent), len(private.sent)) == (0, 1)


def test_who_may_not_hear_broadcasts_still_hears_presence() -> None:
    hub = Hub()
    listener = joined(hub, access=Access(broadcast=False, presence=True))
    hub.publish(ROOM, HELLO, "broadcast")
    assert listener.sent == []
    hub.publish(ROOM, HELLO, "presence")
    assert len(listener.sent) == 1


def test_who_did_not_ask_for_presence_hears_none() -> None:
    hub = Hub()
    listener = joined(hub)
    listener.hears_presence = False
    hub.publish(ROOM, HELLO, "presence")
    assert listener.sent == []


def test_a_channel_counts_once_however_often_it_joins_and_leaves() -> None:
    hub = Hub()
    listener = joined(hub)
    hub.join(listener)
    assert hub.channels == 1
    hub.leave(listener)
    hub.leave(listener)
    assert (hub.channels, list(hub.members(ROOM))) == (0, [])


def test_one_that_leaves_while_it_is_told_disturbs_nobody() -> None:
    hub = Hub()
    first, last = joined(hub), joined(hub)
    first.send = lambda _: hub.leave(first)  # type: ignore[method-assign,assignment]
    hub.publish(ROOM, HELLO, "broadcast")
    assert len(last.sent) == 1
    assert list(hub.members(ROOM)) == [last]


def test_topics_without_members_are_forgotten() -> None:
    hub = Hub()
    for number in range(100):
        listener = Listener(f"room {number}")
        hub.join(listener)
        hub.leave(listener)
    assert hub._members == {}
