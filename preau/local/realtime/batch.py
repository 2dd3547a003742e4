"""A batch of broadcasts as `POST /api/broadcast` takes it, and what is wrong with one.

The errors have Ecto's shape, upstream's library: a list with an object for each message, empty for
those that are right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from preau.local.realtime import strict_json

BLANK, INVALID = "can't be blank", "is invalid"
TOO_LARGE = "Payload size exceeds tenant limit"
Errors = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class BatchMessage:
    """One broadcast; the payload is JSON text of an object."""

    topic: str
    event: str
    payload: str
    private: bool
    id: str | None


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be published, in order."""

    messages: list[BatchMessage]

    @property
    def private_topics(self) -> set[str]:
        """The topics that a policy has to be asked about, each once."""
        return {each.topic for each in self.messages if each.private}

    @classmethod
    def read(cls, given: object, payload_bytes: int, most: int) -> Batch:
        """Return the batch of a request's JSON. Raises `BatchTooLong` past `most`, `BatchRefused`.

        They are counted before any is judged: a body may hold a million.
        """
        listed = given.get("messages") if isinstance(given, dict) else None
        if listed is None or listed == []:
            raise BatchRefused([BLANK])
        if isinstance(listed, list) and len(listed) > most:
            raise BatchTooLong
        if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
            raise BatchRefused([INVALID])
        errors = [_errors(each, payload_bytes) for each in listed]
        if any(errors):
            raise BatchRefused(errors)
        return cls([_message(each) for each in listed])


class BatchRefused(Exception):  # noqa: N818 - what happened to it
    """Nothing of the batch is published; `errors` goes into the answer."""

    def __init__(self, messages: list[str] | list[Errors]) -> None:
        super().__init__(messages)
        self.errors = {"messages": messages}


class BatchTooLong(Exception):  # noqa: N818 - what is wrong with it
    """More messages than one request may have."""


def _errors(given: dict[str, Any], payload_bytes: int) -> Errors:
    found: Errors = {}
    for name, kind in (("topic", str), ("payload", dict), ("event", str)):
        value = given.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            found[name] = [BLANK]
        elif not isinstance(value, kind):
            found[name] = [INVALID]
    if not isinstance(given.get("private"), bool | None):
        found["private"] = [INVALID]
    if not isinstance(given.get("id"), str | None):
        found["id"] = [INVALID]
    if "payload" not in found and len(_text(given).encode()) > payload_bytes:
        found["payload"] = [TOO_LARGE]
    return found


def _message(given: dict[str, Any]) -> BatchMessage:
    private = given.get("private") is True
    return BatchMessage(given["topic"], given["event"], _text(given), private, given.get("id"))


def _text(given: dict[str, Any]) -> str:
    return strict_json.dump(given["payload"])
