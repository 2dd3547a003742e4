"""The table in docs/refunds.md, made of the ways: `python -m tests.payments.refund_page`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.refund_ways import WAYS

PAGE = Path(__file__).parents[2] / "docs" / "refunds.md"
TABLE = """\
| Way | What happens | Order | Access: enrolment, rights | Refunds | Disputes | Mails |
| --- | --- | --- | --- | --- | --- | --- |
"""


def render(page: str, ways: Mapping[str, dict[str, Any]]) -> str:
    """Return the page with its table made anew: its last part."""
    prose, _, _ = page.partition(TABLE)
    return prose + TABLE + "".join(_row(way) for way in ways.values())


def _row(way: dict[str, Any]) -> str:
    cells = [
        way["way"],
        " → ".join(way["steps"]),
        way["order"],
        f"{way['enrolment']}, {way['entitlements']}",
        *(", ".join(way.get(name, [])) or "–" for name in ("refunds", "disputes", "mails")),
    ]
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    PAGE.write_text(render(PAGE.read_text(encoding="utf-8"), WAYS), encoding="utf-8")
