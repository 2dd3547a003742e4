"""The command `preau`: one file for each group of commands."""

from __future__ import annotations

import importlib
import os
import sys

import typer

from preau.cli.console import complain
from preau.errors import PreauError
from preau.local.environment import load_dotenv

MODULES = (
    "lifecycle",
    "look",
    "database",
    "data_map",
    "academies",
    "policies",
    "processes",
    "jobs",
    "schedules",
    "payments",
    "mail",
    "functions",
)

app = typer.Typer(
    name="preau",
    help="Préau: a Supabase-native backend for academies.\n\n"
    "Example: `preau up --detach && preau demo && preau down`",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def main() -> None:
    """Run the command line; an expected error is a sentence and exit code 1, never a traceback."""
    load_dotenv()
    for module in MODULES:
        importlib.import_module(f"preau.cli.{module}").register(app)
    try:
        app()
    except PreauError as error:
        complain(error)
        sys.exit(1)
    except BrokenPipeError:  # `preau logs | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
