"""Makes what people typed safe to print in a mail that carries an academy's good name.

Anybody can sign up as "Win 500 € http://evil.example" with somebody else's address; the academy
would then send that person the advertisement. Names therefore lose addresses and whatever a mail
program would turn into a link, and control characters, which could forge headers.
"""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 80
MAX_TEXT = 300
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}://\S*"  # http://evil.example
    r"|\b(?:mailto|tel|javascript|data):\S+"
    r"|\bwww\.\S+"
    r"|\S+@\S+\.\S+",  # someone@evil.example
    re.IGNORECASE,
)
_NAME_MARKS = frozenset("'’ʼ-‐.,·&()")
_DOT_INSIDE = re.compile(r"\.(?=\w)")


def person_name(value: str) -> str:
    """Return a name with letters, digits and the marks of names only; possibly nothing.

    A dot before a letter gets a space after it ("J.P." becomes "J. P."), so that no "evil.example"
    stays that a mail program would link. At most 80 characters.
    """
    text = _ADDRESS.sub(" ", unicodedata.normalize("NFC", value))
    kept = "".join(c if _is_of_a_name(c) else " " for c in text)
    spaced = " ".join(_DOT_INSIDE.sub(". ", kept).split())[:MAX_NAME].strip(" ,·&-")
    return spaced if any(c.isalpha() for c in spaced) else ""


def sentence_part(value: str) -> str:
    """Return a title or a phrase without addresses and control characters, on one line.

    Staff write these ("Node.js : les bases"), so all other marks stay, no-break spaces included. At
    most 300 characters.
    """
    visible = "".join(" " if _is_unseen(c) else c for c in value)
    return re.sub(" +", " ", _ADDRESS.sub(" ", visible)).strip()[:MAX_TEXT]


def _is_unseen(character: str) -> bool:
    category = unicodedata.category(character)
    return category.startswith("C") or category in ("Zl", "Zp")


def _is_of_a_name(character: str) -> bool:
    return character in _NAME_MARKS or unicodedata.category(character) in (
        *("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd"),
    )
