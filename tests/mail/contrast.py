"""How well a mail's words can be read: each against what is behind it (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from tests.mail.people import VOID

_RULE = re.compile(r"\.(\w+)\s*\{([^}]*)\}")
_DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n\}", re.DOTALL)
Colors = tuple[str, str]


class Readability(HTMLParser):
    """Walks a page in light or dark mode; `worst` is the lowest contrast of its words."""

    def __init__(self, html: str, *, dark: bool) -> None:
        super().__init__()
        block = _DARK.search(html)
        rules = _RULE.findall(block[1]) if dark and block else []
        self._rules = {name: _colors(body) for name, body in rules}
        self._open: list[tuple[str, Colors, bool]] = [("", ("#ffffff", "#000000"), True)]
        self.worst = 21.0
        self.where = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        given = {name: value or "" for name, value in attrs}
        _, (back, text), shown = self._open[-1]
        styles = [_colors(given.get("style", ""))]
        styles += [
            self._rules[name] for name in given.get("class", "").split() if name in self._rules
        ]
        for new_back, new_text in styles:
            back, text = new_back or back, new_text or text
        shown = shown and "display:none" not in given.get("style", "")
        self._open.append((tag, (back, text), shown and tag not in ("style", "title")))

    def handle_endtag(self, tag: str) -> None:
        if len(self._open) > 1 and self._open[-1][0] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        _, (back, text), shown = self._open[-1]
        if shown and data.strip() and contrast(back, text) < self.worst:
            self.worst, self.where = contrast(back, text), f"{data.strip()!r}: {text} on {back}"


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


def _light(color: str) -> float:
    parts = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _colors(style: str) -> Colors:
    found = dict(re.findall(r"(background-color|(?<![-\w])color)\s*:\s*(#[0-9a-fA-F]{6})", style))
    return found.get("background-color", ""), found.get("color", "")
