"""`python -m preau.cli`: how the local stack starts its own functions and workers."""

from __future__ import annotations

from preau.cli import main

main()
