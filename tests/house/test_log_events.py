"""docs/operations.md names each event that our code logs, and none that it does not."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.house.files import ROOT, under

METHODS = {"debug", "info", "warning", "error", "exception", "critical"}
EVENT = re.compile(r"[a-z_]+\.[a-z_]+")
CLOCK = ROOT / "preau" / "local" / "cron.py"


def ours() -> list[Path]:
    """Functions, workers and the clock; the other pieces of the local stack write as they like."""
    local = ROOT / "preau" / "local"
    files = under("preau", "workers", "functions", suffix=".py")
    return [path for path in files if path == CLOCK or not path.is_relative_to(local)]


def is_logger(node: ast.expr) -> bool:
    """Whether this is `log`, `self._log`, `context.log`, or `get_logger(…)` itself."""
    if isinstance(node, ast.Call):
        return is_logger(node.func)
    name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
    return name in {"log", "_log", "logger", "get_logger"}


def is_method(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in METHODS and is_logger(node.value)


def logged(source: str) -> tuple[set[str], list[int]]:
    """The events that a file logs, and the lines that log what cannot be read here."""
    tree = ast.parse(source)
    chosen = {  # `tell = log.warning if … else log.info`
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and any(map(is_method, ast.walk(node.value)))
        for target in node.targets
        if isinstance(target, ast.Name) and not isinstance(node.value, ast.Call)
    }
    events: set[str] = set()
    unread: list[int] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        named = isinstance(node.func, ast.Name) and node.func.id in chosen
        if not named and not is_method(node.func):
            continue
        match node.args:
            case [ast.Constant(value=str(event)), *_] if EVENT.fullmatch(event):
                events.add(event)
            case _:
                unread.append(node.lineno)
    return events, unread


def documented() -> list[str]:
    text = (ROOT / "docs" / "operations.md").read_text()
    section = text.partition("## What the log says")[2].partition("\n## ")[0]
    rows = re.findall(r"^\|([^|]*)\|", section, re.MULTILINE)
    return [event for row in rows for event in re.findall(r"`([^`]+)`", row)]


def test_each_line_logs_an_event_by_its_name() -> None:
    unread = {str(path.relative_to(ROOT)): logged(path.read_text())[1] for path in ours()}
    assert {path: lines for path, lines in unread.items() if lines} == {}


def test_the_page_names_what_is_logged_and_nothing_else() -> None:
    events = {event for path in ours() for event in logged(path.read_text())[0]}
    named = documented()
    assert len(events) > 40
    assert sorted(events - set(named)) == []
    assert sorted(set(named) - events) == []
    assert len(named) == len(set(named))


def test_a_method_chosen_first_is_seen_and_a_name_put_together_is_told() -> None:
    source = """
def handle(context, log, kind):
    tell = context.log.warning if kind else context.log.info
    tell("day.finished", kind=kind)
    get_logger().info("day.begun")
    log.info(f"day.{kind}")
"""
    assert logged(source) == ({"day.finished", "day.begun"}, [6])
