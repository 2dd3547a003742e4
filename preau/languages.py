"""The languages there are words in, and which of them a reader gets: French where none is known."""

from __future__ import annotations

import re
from typing import Final

LOCALES: Final = ("fr", "en")
FALLBACK: Final = "fr"
_WEIGHT = re.compile(r"\s*q=([01](?:\.\d{0,3})?)\s*", re.IGNORECASE)


def spoken(*wishes: str | None) -> str:
    """Return the first wish that there are words in, else French; `en-GB` and `en_GB` are `en`."""
    for wish in wishes:
        language = re.split(r"[-_]", (wish or "").lower())[0]
        if language in LOCALES:
            return language
    return FALLBACK


def accepted(header: str | None) -> list[str]:
    """Return what an Accept-Language header asks for, the most wanted first (RFC 9110, 12.5.4)."""
    weighed = []
    for part in (header or "").split(","):
        tag, _, parameter = part.partition(";")
        given = _WEIGHT.fullmatch(parameter)
        weight = float(given[1]) if given else 1.0
        if weight > 0 and tag.strip():
            weighed.append((weight, tag.strip()))
    return [tag for _, tag in sorted(weighed, key=lambda each: -each[0])]
