"""The runnable blocks of the README, so that what a newcomer copies is what the tests run."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"<!-- run:(?P<kind>js|py) -->\n```\w+\n(?P<code>.*?)```", re.DOTALL)


def blocks(kind: str) -> list[str]:
    """The code of every block marked `<!-- run:kind -->`, in order."""
    return [
        m["code"] for m in _BLOCK.finditer((ROOT / "README.md").read_text()) if m["kind"] == kind
    ]
