"""What all commands share: how they speak, and the options they have in common."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from preau.errors import PreauError

# In a pipe nothing is cut off to fit a screen.
WIDTH = None if sys.stdout.isatty() else 200
out = Console(highlight=False, soft_wrap=True, width=WIDTH)
err = Console(stderr=True, highlight=False, soft_wrap=True)

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home",
        envvar="PREAU_HOME",
        help="The state folder; `.preau` in the project if not given.",
        show_default=False,
    ),
]


def complain(error: PreauError) -> None:
    """Print an error's sentence, and what to do next."""
    err.print(error.message, style="red", markup=False, soft_wrap=True)
    if error.hint:
        err.print(f"→ {error.hint}", markup=False, soft_wrap=True)
