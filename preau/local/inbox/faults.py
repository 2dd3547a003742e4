"""Fault switches: the ways a real mail server fails, on demand, for tests of the sender."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["reject_temporarily", "reject_permanently", "drop_after_data"]

ANYBODY = "*"


@dataclass(slots=True)
class Fault:
    """What the next `times` mails meet instead of a delivery.

    - `reject_temporarily`: 451 after the data; nothing is kept.
    - `reject_permanently`: 554 after the data; nothing is kept.
    - `drop_after_data`: the mail is kept, but the connection ends before the reply, so that the
      sender cannot know. This is the case that makes SMTP at-least-once at best.
    """

    kind: Kind
    times: int = 1


@dataclass(slots=True)
class Faults:
    """The switches that are on: at most one for each recipient, and one for anybody."""

    _by_recipient: dict[str, Fault] = field(default_factory=dict)

    def set(self, kind: Kind | None, times: int = 1, recipient: str = ANYBODY) -> None:
        """Switch a fault on for `times` mails to `recipient`; None switches it off."""
        if kind is None:
            self._by_recipient.pop(recipient.lower(), None)
        else:
            self._by_recipient[recipient.lower()] = Fault(kind, times)

    def take(self, recipients: Iterable[str]) -> Kind | None:
        """Return the fault that a mail to these recipients meets, and count it as used."""
        for key in [*(recipient.lower() for recipient in recipients), ANYBODY]:
            fault = self._by_recipient.get(key)
            if fault is None:
                continue
            fault.times -= 1
            if fault.times <= 0:
                del self._by_recipient[key]
            return fault.kind
        return None

    def as_json(self) -> list[dict[str, object]]:
        """Return `[{"to", "smtp", "times"}]`, the mails still to fail."""
        return [
            {"to": recipient, "smtp": fault.kind, "times": fault.times}
            for recipient, fault in self._by_recipient.items()
        ]
