"""`preau policies build` and `check`: access rules, compiled from supabase/policies."""

from __future__ import annotations

import typer

from preau.cli.console import out
from preau.local.paths import PROJECT


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(
        name="policies",
        help="Compile supabase/policies into a migration.\n\n"
        "Example: `preau policies build && preau migrate`",
        no_args_is_help=True,
    )
    group.command()(build)
    group.command()(check)
    group.command()(table)
    app.add_typer(group)


def build() -> None:
    """Write a migration with the policies that changed, and nothing else.

    Example: `preau policies build`
    """
    from preau import policies

    written = policies.build()
    if written is None:
        out.print("Nothing changed.")
    else:
        out.print(f"Wrote {written.relative_to(PROJECT)}; apply it: preau migrate", markup=False)


def check() -> None:
    """Fail where supabase/policies says something that no migration does.

    Example: `preau policies check`
    """
    from preau import policies

    policies.check()
    out.print("The policies and their migrations agree.")


def table() -> None:
    """Write supabase/policies/README.md: who reaches which rows of which table.

    Example: `preau policies table`
    """
    from preau import access, access_page

    access_page.PAGE.write_text(access_page.render(access.read()))
    out.print(f"Wrote {access_page.PAGE.relative_to(PROJECT)}.", markup=False)
