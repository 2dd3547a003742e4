"""Frames no client sends: well-formed with wrong parts, and bytes cut, flipped and made up.

Seeded, so that a failure repeats. Three in four are of the socket's own version.
"""

from __future__ import annotations

import json
import random
import struct
from typing import Any

EVENTS = (
    *("phx_join", "phx_leave", "access_token", "broadcast", "presence", "heartbeat"),
    *(
        "phx_close",
        "phx_reply",
        "phx_error",
        "postgres_changes",
        "system",
        "presence_diff",
        "",
        "x",
    ),
)
TEXTS = (
    *("", " ", "1", "0", "-1", "null", "true", "é\u202e", "\x00", "a\x00b", "𝕏", "\ud800", "'; --"),
    *("*", "%s", "{}", "[]", "x" * 300, "realtime:", "::", "__proto__", "sb_x", "Bearer x", "$1"),
)
NUMBERS = (0, -1, 1, 25, 2**31, 2**63, 2**64, 10**400, 0.1, -0.0, 1e308)
LITERALS = ("NaN", "Infinity", "-Infinity", "1e999", '"\\ud800"', '"\\u0000"', "[" * 3000)
FILTERS = ("id=eq.1", "id=eq.", "=", "id=in.()", "id=in.(1,", "x=match.(", 'a=eq."', "id=is.maybe")
LONG = "y" * 70_000


class Grammar:
    """Draws text frames (str) and binary ones (bytes). `token` is good, for all but `forbidden`."""

    def __init__(
        self, seed: int, version: str, topics: list[str], forbidden: str, token: str
    ) -> None:
        self._dice = random.Random(seed)
        self._version = version
        self._topics = topics
        self._forbidden = forbidden
        self._token = token

    def frame(self) -> str | bytes:
        """One frame."""
        dice = self._dice
        way = dice.random()
        if self._version == "1.0.0" and dice.random() < 0.7:
            way /= 2  # it has no binary frames
        if way < 0.5:
            return self._text()
        if way < 0.65:
            return self._cut(self._text())
        if way < 0.8:
            return self._binary()
        if way < 0.9:
            return self._flipped(self._binary())
        if way < 0.95:
            return dice.randbytes(dice.choice((0, 1, 2, 7, 8, 40, 2000)))
        return dice.choice(("", "[]", "{}", "null", "[1,2,3,4,5]", '"', LONG, *LITERALS))

    def _text(self) -> str:
        dice = self._dice
        event = "phx_join" if dice.random() < 0.2 else dice.choice(EVENTS)
        fields = [self._ref(), self._ref(), self._topic(), event, self._payload(event)]
        while dice.random() < 0.15:
            fields[dice.randrange(len(fields))] = self._value(2)
        if dice.random() < 0.05:
            fields.append(self._value(1))
        if dice.random() < 0.05:
            fields.pop(dice.randrange(len(fields)))
        if (dice.random() < 0.75) == (self._version == "2.0.0"):
            found = json.dumps(fields)
        else:
            names = ("join_ref", "ref", "topic", "event", "payload")
            found = json.dumps(dict(zip(names, fields, strict=False)))
        if dice.random() < 0.1:
            found = found.replace('"x"', dice.choice(LITERALS))
        return found

    def _payload(self, event: str) -> Any:
        dice = self._dice
        if dice.random() < 0.15:
            return self._value(3)
        if event == "phx_join":
            return {"config": self._config(), "access_token": self._maybe(self._token)}
        if event == "access_token":
            return {"access_token": self._maybe(self._token)}
        if event == "presence":
            inner = dice.choice(("track", "untrack", "TRACK", "x", 1))
            return {"type": "presence", "event": inner, "payload": self._value(2)}
        return {"type": "broadcast", "event": self._string(), "payload": self._value(3)}

    def _config(self) -> Any:
        dice = self._dice
        if dice.random() < 0.4:
            return {"private": dice.random() < 0.5, "presence": {"enabled": True}}
        replay = {"since": self._value(1), "limit": self._value(1)}
        change = {
            "event": self._maybe(dice.choice(("*", "INSERT", "insert", "x"))),
            "schema": self._maybe(dice.choice(("public", "*", "realtime", "x"))),
            "table": self._maybe(dice.choice(("formations", "*", "messages", "x"))),
            "filter": self._maybe(dice.choice(FILTERS)),
            "select": self._maybe(["id", "nope"]),
        }
        changes = [self._maybe(change) for _ in range(dice.randrange(4))]
        return {
            "private": self._maybe(dice.random() < 0.5),
            "broadcast": self._maybe(
                {"ack": True, "self": True, **({"replay": replay} if dice.random() < 0.2 else {})}
            ),
            "presence": self._maybe({"key": self._string(), "enabled": self._maybe(True)}),
            "postgres_changes": self._maybe(changes),
        }

    def _binary(self) -> bytes:
        dice = self._dice
        texts = [str(self._ref() or ""), str(self._ref() or ""), self._topic(), self._string(), ""]
        if dice.random() < 0.3:
            texts[4] = dice.choice(('{"id":1}', "[", "1"))
        parts = [text.encode(errors="surrogatepass")[:255] for text in texts]
        kind, encoding = dice.choice((3, 3, 3, 0, 1, 2, 4, 255)), dice.choice((0, 1, 1, 2, 255))
        sizes = [len(part) if dice.random() < 0.95 else dice.randrange(256) for part in parts]
        body = json.dumps(self._value(2)).encode() if dice.random() < 0.8 else dice.randbytes(30)
        return struct.pack("7B", kind, *sizes, encoding) + b"".join(parts) + body

    def _flipped(self, frame: bytes) -> bytes:
        dice, found = self._dice, bytearray(frame)
        for _ in range(dice.randrange(1, 4)):
            found[dice.randrange(len(found))] ^= 1 << dice.randrange(8)
        return bytes(found[: dice.randrange(len(found) + 1)] if dice.random() < 0.5 else found)

    def _cut(self, text: str) -> str:
        start, end = sorted(self._dice.randrange(len(text) + 1) for _ in range(2))
        return text[:end] if self._dice.random() < 0.7 else text[start:end]

    def _topic(self) -> str:
        dice = self._dice
        if dice.random() < 0.3:
            return self._forbidden
        if dice.random() < 0.2:
            return dice.choice(("phoenix", f"realtime:{self._string()}"))
        return dice.choice(self._topics)

    def _ref(self) -> str | None:
        return self._dice.choice(("1", "2", None, "999999", "x"))

    def _string(self) -> str:
        return self._dice.choice(TEXTS)

    def _maybe(self, usual: Any) -> Any:
        return usual if self._dice.random() < 0.8 else self._value(2)

    def _value(self, depth: int) -> Any:
        dice = self._dice
        if depth and dice.random() < 0.4:
            if dice.random() < 0.5:
                return [self._value(depth - 1) for _ in range(dice.randrange(4))]
            return {self._string(): self._value(depth - 1) for _ in range(dice.randrange(4))}
        return dice.choice((self._string(), dice.choice(NUMBERS), None, True, False, {}, []))
