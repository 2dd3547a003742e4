"""A lint over SQL function bodies, standing in for hosted's safeupdate module.

Hosted refuses UPDATE and DELETE without WHERE on API connections, inside functions too; here the
bodies are read instead. Dynamic SQL counts: the text given to EXECUTE is linted as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"(?P<comment>--[^\n]*|/\*.*?\*/)"
    r"|(?P<dollar>\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)"
    r"|(?P<literal>[eE]?'(?:[^']|'')*')",
    re.DOTALL,
)
_DML = re.compile(
    r"\b(?:update\s+(?:only\s+)?[\w.\"%]+(?:\s+(?:as\s+)?(?!set\b)\w+)?\s+set\s+(?:[\w.\"]+\s*=|\()"
    r"|delete\s+from\s+(?:only\s+)?[\w.\"%]+)",
    re.IGNORECASE,
)
_EXECUTE = re.compile(r"\bexecute\b\s*(?P<what>\S[^;]*)", re.IGNORECASE)
_CONSTANT = re.compile(r"'[^']*'\s*(?:(?:into|using)\b[^|]*)?", re.IGNORECASE)
_FORMATTED = re.compile(r"format\s*\(\s*'", re.IGNORECASE)


def careless(body: str) -> list[str]:
    """The UPDATE and DELETE statements of a body that no WHERE limits."""
    found = []
    for text in _texts(body):
        for start in _DML.finditer(text):
            rest = _statement(text[start.end() :])
            if not re.search(r"\bwhere\b", rest, re.IGNORECASE):
                found.append(" ".join((start[0] + rest).split())[:80])
    return found


def injectable(body: str) -> list[str]:
    """The EXECUTEs of a body that are no literal nor format() of one, or put text in with %s."""
    code = _TOKEN.sub(lambda t: " " if t["comment"] else t[0], body)
    found = []
    for run in _EXECUTE.finditer(_hide_literals(code)):
        if _CONSTANT.fullmatch(run["what"]):
            continue
        what = code[run.start("what") :]
        first = _TOKEN.search(what)
        literal = first["literal"] if first else None
        if not _FORMATTED.match(what) or literal is None or re.search(r"%(\d+\$)?s", literal):
            found.append(" ".join(run[0].split())[:80])
    return found


def _texts(body: str) -> Iterator[str]:
    """The body without its literals, then each literal as if it were SQL itself."""
    yield _TOKEN.sub(lambda token: " " if token["comment"] else "''", _joined(body))
    for token in _TOKEN.finditer(_joined(body)):
        if token["literal"]:
            yield from _texts(token["literal"].lstrip("eE")[1:-1].replace("''", "'"))
        elif token["dollar"]:
            yield from _texts(token["dollar"].split("$", 2)[2].rsplit("$", 2)[0])


def _joined(body: str) -> str:
    """Literals on consecutive lines are one literal, and so are concatenated ones."""
    return re.sub(r"'\s*\|\|\s*'|'\s*\n\s*'", "", body)


def _hide_literals(code: str) -> str:
    """The same length, so that positions stay; nothing inside a literal looks like code."""
    return _TOKEN.sub(lambda t: "'" + "x" * (len(t[0]) - 2) + "'" if t["literal"] else t[0], code)


def _statement(text: str) -> str:
    """What follows up to the end of the statement: a semicolon, or the bracket it stands in."""
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth < 0 or character == ";":
            return text[:at]
    return text
