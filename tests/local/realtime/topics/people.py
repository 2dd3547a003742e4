"""Callers and channels, made without a token or a socket."""

from __future__ import annotations

import json
from typing import Any

from preau.local.realtime.access import EVERYTHING, Access
from preau.local.realtime.channel import Channel
from preau.local.realtime.claims import Caller
from preau.local.realtime.frames import BinaryMessage, Message
from preau.local.realtime.hub import Topic


def caller(role: str = "authenticated", **claims: Any) -> Caller:
    """Somebody with a role and claims, whose token lasts."""
    everything = {"role": role, **claims}
    return Caller(role, everything, json.dumps(everything, sort_keys=True), 4e9)


class Listener(Channel):
    """A channel that keeps what it is sent."""

    def __init__(
        self,
        name: str = "room",
        *,
        private: bool = False,
        access: Access = EVERYTHING,
        key: str = "key",
        hears_presence: bool = True,
    ) -> None:
        self.topic = Topic(name, private)
        self.caller = caller()
        self.headers = {}
        self.access = access
        self.presence_key = key
        self.hears_presence = hears_presence
        self.replayed = set()
        self.join_ref = "1"
        self.sent: list[Message | BinaryMessage] = []

    def send(self, message: Message | BinaryMessage) -> None:
        self.sent.append(message)

    def payloads(self) -> list[dict[str, Any]]:
        """The payloads of the text messages it was sent."""
        return [json.loads(sent.payload) for sent in self.sent if isinstance(sent, Message)]
