"""`preau doctor --production`: the deployment that the environment names, seen from outside."""

from __future__ import annotations

import json
import os
from importlib.metadata import version

import typer
from rich.markup import escape
from rich.table import Table

from preau.cli.console import err, out
from preau.local import migrations
from preau.production.examine import examine
from preau.production.finding import Finding, Level
from preau.production.target import Target

COLOURS: dict[Level, str] = {"ok": "green", "warning": "yellow", "problem": "red"}


def show(*, as_json: bool) -> None:
    """Print what was found, the worst last; exit code 1 where there is a problem."""
    target = Target(dict(os.environ), migrations.versions(), version("preau"))
    findings = examine(target)
    problems = sum(found.level == "problem" for found in findings)
    if as_json:
        out.print_json(json.dumps({"problems": problems, "findings": _rows(findings)}))
    else:
        _print(findings)
    if problems:
        err.print(f"{problems} to put right.", style="red")
        raise typer.Exit(1)
    if not as_json:
        out.print("Nothing is missing.")


def _rows(findings: list[Finding]) -> list[dict[str, str]]:
    return [
        {
            "subject": found.subject,
            "level": found.level,
            "detail": found.detail,
            "todo": "" if found.ok else found.todo,
        }
        for found in findings
    ]


def _print(findings: list[Finding]) -> None:
    order: list[Level] = ["ok", "warning", "problem"]
    table = Table.grid(padding=(0, 2))
    for found in sorted(findings, key=lambda one: order.index(one.level)):
        mark = f"[{COLOURS[found.level]}]{found.level}[/]"
        table.add_row(mark, escape(found.subject), escape(found.detail))
        if not found.ok:
            table.add_row("", "", escape(f"→ {found.todo}"))
    out.print(table)
