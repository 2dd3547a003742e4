"""Whatever a check was given, its finding repeats no secret: people paste findings into issues.

A value may stand in the wrong variable (a key as an address), and what a server or a library says
may repeat what it was asked; so the words are gone through once, at the end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from preau.log import HIDDEN, masked
from preau.production.finding import Finding

NAMED: Final = re.compile(r"(?<!PUBLISHABLE_)(?<!ANON_)KEY$|SECRET$|TOKEN$|PASSWORD$")
SHORTEST: Final = 8  # what is shorter stands in ordinary words, too, and guards nothing
_IN_ADDRESS = re.compile(r"(?<=//)\S*@")  # a password may hold a bare / or @


def hidden(found: Finding, env: Mapping[str, str]) -> Finding:
    """Return the finding without this environment's secrets, and without what looks like one."""
    secrets = sorted(_secrets(env), key=len, reverse=True)
    return replace(
        found,
        subject=_hidden(found.subject, secrets),
        detail=_hidden(found.detail, secrets),
        todo=_hidden(found.todo, secrets),
    )


def _secrets(env: Mapping[str, str]) -> set[str]:
    values = [value for name, value in env.items() if NAMED.search(name)]
    parts = {part.strip() for value in values for part in (value, *re.split(r"[,|]", value))}
    return {part for part in parts if len(part) >= SHORTEST}


def _hidden(words: str, secrets: list[str]) -> str:
    for secret in secrets:
        words = words.replace(secret, HIDDEN)
    return masked(_IN_ADDRESS.sub(f"{HIDDEN}@", words))
