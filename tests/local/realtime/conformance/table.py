"""The table that the proof of the scenarios ends with: whole and crippled, by scenario and way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.local.realtime.conformance.cripples import CRIPPLES
from tests.local.realtime.conformance.scene import WAYS


@dataclass
class Table:
    """Whether each scenario passed, on a whole server and on its cripple: by number and way."""

    whole: dict[tuple[int, str], bool] = field(default_factory=dict)
    crippled: dict[tuple[int, str], bool] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Return the table and its sums."""
        numbers = sorted({number for number, _ in self.crippled})
        head = f"{'':<4}{'switched off':<36}" + "".join(f"{way:>18}" for way in WAYS)
        lines = [head]
        for number in numbers:
            cells = [f"{self._cell(number, way):>18}" for way in WAYS]
            lines.append(f"{number:>2}  {CRIPPLES[number].off:<36}" + "".join(cells))
        green, red = sum(self.whole.values()), _failed(self.crippled)
        lines.append(
            f"{len(numbers)} scenarios × {len(WAYS)} clients: {green} of {len(self.whole)} green;"
            f" with the feature off {red} of {len(self.crippled)} fail"
        )
        return lines

    def _cell(self, number: int, way: str) -> str:
        words = {True: "green", False: "fails", None: "–"}
        key = (number, way)
        return f"{words[self.whole.get(key)]} → {words[self.crippled.get(key)]}"


def _failed(results: Mapping[tuple[int, str], bool]) -> int:
    return sum(not passed for passed in results.values())
