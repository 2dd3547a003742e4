"""The mails on disk: one `.eml` file each, an index in memory, the oldest dropped at the cap."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from preau.local.inbox import mime
from preau.local.inbox.headers import Address

MAX_MAILS = 5_000
_ID = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the index: what the list shows without opening the file."""

    id: str
    received_at: datetime
    envelope_from: str
    recipients: tuple[str, ...]
    """Everybody the mail was delivered to, blind copies included."""
    sender: Address
    to: tuple[Address, ...]
    """Whom the To header names."""
    subject: str
    size: int

    @property
    def searched(self) -> str:
        """Return the words that the page's search field looks in."""
        return " ".join((*self.recipients, str(self.sender), self.subject)).lower()

    def is_to(self, wanted: str) -> bool:
        """Say whether a recipient matches: a full address exactly, anything else as a part."""
        wanted = wanted.strip().lower()
        name, at, domain = wanted.partition("@")
        if name and at and domain:
            return wanted in self.recipients
        return any(wanted in recipient for recipient in self.recipients)


class Mailbox:
    """The mails received, newest first, kept in a folder across restarts."""

    def __init__(self, folder: Path, max_mails: int = MAX_MAILS) -> None:
        """Open the folder, made if absent, and rebuild the index from its files."""
        self._folder = folder
        self._max_mails = max_mails
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._entries: dict[str, Entry] = {}
        for path in sorted(folder.glob("*.eml")):
            if entry := _read_entry(path):
                self._entries[entry.id] = entry
        self._drop_oldest()

    def __len__(self) -> int:
        """Return the number of mails kept."""
        return len(self._entries)

    def add(self, raw: bytes, envelope_from: str, recipients: Sequence[str]) -> Entry:
        """Keep a mail. Raises OSError where the disk refuses; then nothing is kept."""
        mail = mime.parse(raw)
        now = datetime.now(UTC)
        entry = Entry(
            id=f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}",
            received_at=now,
            envelope_from=envelope_from,
            recipients=tuple(recipient.lower() for recipient in recipients),
            sender=mail.sender or Address(envelope_from, ""),
            to=mail.to,
            subject=mail.subject,
            size=len(raw),
        )
        half_written = self._folder / f"{entry.id}.tmp"
        try:
            half_written.write_bytes(_first_line(entry) + raw)
            half_written.rename(self._path(entry.id))
        except OSError:
            with contextlib.suppress(OSError):
                half_written.unlink()
            raise
        self._entries[entry.id] = entry
        self._drop_oldest()
        return entry

    def find(
        self, to: str = "", subject: str = "", since: datetime | None = None, text: str = ""
    ) -> list[Entry]:
        """Return the mails that match every filter given, newest first.

        `to`: see `Entry.is_to`; `subject`: a part of it, in any case; `since`: received after this
        moment; `text`: a part of a recipient, the sender or the subject.
        """
        return [
            entry
            for entry in reversed(self._entries.values())
            if (not to or entry.is_to(to))
            and subject.lower() in entry.subject.lower()
            and (since is None or entry.received_at > since)
            and text.lower() in entry.searched
        ]

    def get(self, mail_id: str) -> tuple[Entry, bytes] | None:
        """Return a mail's line and its bytes as they were received, or None."""
        entry = self._entries.get(mail_id)
        if entry is None:
            return None
        try:
            content = self._path(mail_id).read_bytes()
        except FileNotFoundError:  # removed by hand
            del self._entries[mail_id]
            return None
        return entry, content.partition(b"\n")[2]

    def clear(self) -> int:
        """Remove every mail and return how many there were."""
        count = len(self._entries)
        for mail_id in list(self._entries):
            self._remove(mail_id)
        return count

    def _drop_oldest(self) -> None:
        while len(self._entries) > self._max_mails:
            self._remove(next(iter(self._entries)))

    def _remove(self, mail_id: str) -> None:
        del self._entries[mail_id]
        with contextlib.suppress(FileNotFoundError):
            self._path(mail_id).unlink()

    def _path(self, mail_id: str) -> Path:
        return self._folder / f"{mail_id}.eml"


def _first_line(entry: Entry) -> bytes:
    """Return the header line put before the mail, so that a start need read no more than it."""
    facts = {
        "received_at": entry.received_at.isoformat(),
        "envelope_from": entry.envelope_from,
        "recipients": entry.recipients,
        "sender": entry.sender,
        "to": entry.to,
        "subject": entry.subject,
    }
    return f"X-Inbox-Entry: {json.dumps(facts)}\n".encode()


def _read_entry(path: Path) -> Entry | None:
    """Return the index line of a file, or None for a file that the inbox did not write."""
    if not _ID.fullmatch(path.stem):
        return None
    with path.open("rb") as file:
        line = file.readline()
        size = os.fstat(file.fileno()).st_size - len(line)
    try:
        facts = json.loads(line.partition(b": ")[2])
        return Entry(
            id=path.stem,
            received_at=datetime.fromisoformat(facts["received_at"]),
            envelope_from=facts["envelope_from"],
            recipients=tuple(facts["recipients"]),
            sender=Address(*facts["sender"]),
            to=tuple(Address(*address) for address in facts["to"]),
            subject=facts["subject"],
            size=size,
        )
    except (ValueError, KeyError, TypeError):
        return None
