"""The ids of a join's row-change entries, by which clients tell their listeners apart."""

from __future__ import annotations

import json
from typing import Final
from zlib import crc32

# Upstream hashes an entry into 27 bits; realtime-js drops a binding whose id is 0.
ID_BITS: Final = 27


class Numbers:
    """The ids given in one join: positive, the same at each join, equal entries share one."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        # Of an id that is taken, where to look for one that is not: clients choose what they write,
        # and where thousands of entries have one hash nobody may go through all before them.
        self._next: dict[int, int] = {}

    def of(self, entry: object) -> int:
        """Return the entry's id."""
        text = json.dumps(entry, sort_keys=True)
        if text not in self._ids:
            self._ids[text] = self._free(crc32(text.encode()) % (1 << ID_BITS) or 1)
        return self._ids[text]

    def _free(self, wish: int) -> int:
        passed = []
        found = wish
        while found in self._next:
            passed.append(found)
            found = self._next[found]
        for taken in (*passed, found):
            self._next[taken] = found + 1
        return found
