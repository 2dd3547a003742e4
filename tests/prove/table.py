"""The table that `make prove ARGS=kill` ends with: jobs in, effects out, lost, doubled."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Table:
    """One row a cell: `bound` is the most copies that are promised where nothing can fence them."""

    rows: list[tuple[str, str, str, list[int], int]] = field(default_factory=list)

    def note(self, job: str, step: str, harm: str, effects: list[int], bound: int) -> None:
        """Add a cell."""
        self.rows.append((job, step, harm, effects, bound))

    def lines(self) -> list[str]:
        """Return the table, with its sums."""
        head = f"{'job':<20}{'step':<22}{'harm':<12}{'jobs':>6}{'effects':>9}"
        head += f"{'lost':>6}{'doubled':>9}"
        lines, sums = [head], [0, 0, 0, 0]
        for job, step, harm, effects, bound in self.rows:
            numbers = [
                len(effects),
                sum(effects),
                effects.count(0),
                sum(count > bound for count in effects),
            ]
            sums = [a + b for a, b in zip(sums, numbers, strict=True)]
            note = f"   at most {bound} copies, as stated" if bound > 1 else ""
            lines.append(f"{job:<20}{step:<22}{harm:<12}{_numbers(numbers)}{note}")
        lines.append(f"{'all':<54}{_numbers(sums)}")
        return lines


def _numbers(numbers: list[int]) -> str:
    jobs, effects, lost, doubled = numbers
    return f"{jobs:>6}{effects:>9}{lost:>6}{doubled:>9}"
