"""Postgres's programs, prepared to run: the npm package's files, its missing links, our extensions.

npm runs no install scripts here, and node_modules stays as npm left it; so the package's tree is
linked (or copied) into the state folder, once for each version of the package and of the
extensions, and completed there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from pathlib import Path

from preau.local.paths import LOCAL
from preau.local.programs import Programs

EXTENSIONS = LOCAL / "extensions"


def install(programs: Programs, folder: Path) -> Path:
    """Return the tree (`bin`, `lib`, `share`) below `folder`, building it if it is not there yet.

    Older trees in `folder` are removed.
    """
    tree = folder / f"runtime-{_version(programs)}"
    if tree.exists():
        return tree
    for old in folder.glob("runtime-*"):
        shutil.rmtree(old)
    draft = folder / "runtime-new"
    shutil.copytree(programs.postgres, draft, copy_function=_link_or_copy)
    for directory, _, _ in os.walk(draft):
        Path(directory).chmod(0o755)
    _complete_links(draft)
    _add_extensions(programs, draft / "share" / "postgresql" / "extension")
    draft.replace(tree)
    return tree


def _version(programs: Programs) -> str:
    """Return what a tree is built from, in a few characters."""
    package = json.loads((programs.postgres.parent / "package.json").read_text())
    digest = hashlib.sha256(programs.pgmq.read_bytes())
    for file in (Path(__file__), *sorted(EXTENSIONS.iterdir())):
        digest.update(file.read_bytes())
    return f"{package['version']}-{digest.hexdigest()[:8]}"


def _link_or_copy(source: str, target: str) -> str:
    """Hard-link where everyone may read the file and the disk is the same; else copy, readable."""
    mode = Path(source).stat().st_mode
    wanted = mode | 0o444 | (0o111 if mode & 0o100 else 0)
    if mode == wanted:
        with contextlib.suppress(OSError):  # another disk, or a kernel that protects hard links
            os.link(source, target)
            return target
    shutil.copyfile(source, target)
    Path(target).chmod(wanted & 0o777)
    return target


def _complete_links(tree: Path) -> None:
    """Do what the package's scripts/hydrate-symlinks.js does: library links that npm cannot carry.

    The list names both ends from the package's root (`native/lib/libpq.so`).
    """
    for link in json.loads((tree / "pg-symlinks.json").read_text()):
        source, target = (tree.joinpath(*Path(link[end]).parts[1:]) for end in ("source", "target"))
        if not target.is_symlink():
            target.symlink_to(os.path.relpath(source, target.parent))


def _add_extensions(programs: Programs, folder: Path) -> None:
    """Add pgmq, from the PyPI package, and the stand-in for pg_cron."""
    version = next(
        line.strip()
        for line in (programs.pgmq.parent / "VERSION").read_text().splitlines()
        if line.strip() and not line.startswith("#")
    )
    control = (EXTENSIONS / "pgmq.control").read_text().replace("@version@", version)
    (folder / "pgmq.control").write_text(control)
    script = programs.pgmq.read_text() + (EXTENSIONS / "pgmq_tail.sql").read_text()
    (folder / f"pgmq--{version}.sql").write_text(script)
    shutil.copyfile(EXTENSIONS / "pg_cron.control", folder / "pg_cron.control")
    halves = [EXTENSIONS / "pg_cron.sql", EXTENSIONS / "pg_cron_clock.sql"]
    (folder / "pg_cron--1.6.sql").write_text("\n".join(half.read_text() for half in halves))
    for added in (*folder.glob("pgmq*"), *folder.glob("pg_cron*")):
        added.chmod(0o644)
