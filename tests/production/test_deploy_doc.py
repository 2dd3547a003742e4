"""docs/deploy.md speaks of commands, variables and files that are there."""

from __future__ import annotations

import re
import subprocess
from subprocess import PIPE
from typing import Any

import pytest
import stripe
import typer
from typer.main import get_command
from typer.testing import CliRunner

from preau.cli import academies, database, functions, look, processes
from preau.local import programs
from preau.local.paths import PROJECT
from preau.payments import settlers
from preau.settings import Settings

TEXT = (PROJECT / "docs" / "deploy.md").read_text()


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    made = typer.Typer()
    for part in (academies, database, functions, look, processes):
        part.register(made)
    return made


def test_its_commands_are_ours(app: typer.Typer) -> None:
    root: Any = get_command(app)
    named = set(re.findall(r"(?<![\w/-])preau\s+([a-z]+)(?:\s+([a-z]+))?", TEXT))
    assert {"doctor", "academy", "functions"} <= {first for first, _ in named}
    for first, second in named:
        below = getattr(root.commands[first], "commands", None)
        assert below is None or second in below, f"preau {first} {second}"


def test_its_variables_are_read_by_somebody() -> None:
    known = {name.upper() for name in Settings.model_fields}
    others = (PROJECT / "supabase/functions/_shared/forward.ts").read_text()
    named = set(re.findall(r"\b[A-Z]{3,}(?:_[A-Z]+)+\b", TEXT))
    assert len(named) >= 10
    checks = "".join(file.read_text() for file in (PROJECT / "preau/production").glob("*.py"))
    others += checks + (PROJECT / "supabase/config.toml").read_text()
    ours = {name for name in named if not name.startswith("STRIPE_ATELIER_NORD")}
    assert [name for name in ours - known if name not in others] == []


def test_its_files_are_there() -> None:
    named = set(re.findall(r"`((?:deploy|supabase|tests|requirements)[\w./-]*)`", TEXT))
    assert len(named) >= 8
    assert [name for name in named if not (PROJECT / name).exists()] == []


def test_the_supabase_cli_knows_what_is_asked_of_it() -> None:
    asked = {
        "db push": ["--remote", "--dry-run"],
        "config push": ["--remote"],
        "functions deploy": ["--use-api"],
        "secrets set": ["NAME=VALUE"],
        "link": ["--project-ref"],
    }
    cli = str(programs.require().supabase)
    running = {
        command: subprocess.Popen([cli, *command.split(), "--help"], stdout=PIPE, text=True)
        for command in asked
    }
    for command, flags in asked.items():
        said, _ = running[command].communicate(timeout=120)
        assert f"supabase {command}" in said
        assert f"supabase {command}" in TEXT
        assert [flag for flag in flags if flag not in said] == []


def test_the_events_to_register_are_those_the_workers_act_on(app: typer.Typer) -> None:
    printed = CliRunner().invoke(app, ["functions", "events"])
    assert printed.stdout.split() == sorted(settlers())
    version = CliRunner().invoke(app, ["functions", "events", "--api-version"])
    assert version.stdout.strip() == stripe.api_version
