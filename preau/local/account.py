"""The account that Postgres runs under: Postgres refuses to run as root.

An ordinary user runs it as oneself. Under root an unprivileged account that every system has is
taken, and Postgres's folder is given to it. Where that account may not enter the state folder (a
clone below a closed `/root`, say), the folder lies in /var/lib/preau and `.preau/postgres` is a
link to it.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from preau.errors import PreauError
from preau.local.paths import Home

CANDIDATES = ("postgres", "nobody")
OUTSIDE = Path("/var/lib/preau")


@dataclass(frozen=True)
class Account:
    """A system account; `switch` says whether a child has to become it."""

    name: str
    uid: int
    gid: int
    switch: bool

    def may_enter(self, folder: Path) -> bool:
        """Tell whether this account may pass through `folder` and every folder above it."""
        for step in (folder, *folder.parents):
            if not step.exists():
                continue
            found = step.stat()
            if found.st_uid == self.uid:
                needed = stat.S_IXUSR
            elif found.st_gid == self.gid:
                needed = stat.S_IXGRP
            else:
                needed = stat.S_IXOTH
            if not found.st_mode & needed:
                return False
        return True

    def own(self, folder: Path) -> None:
        """Create `folder`, private to this account. One that somebody else put there is refused."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), self.uid):
            raise PreauError(
                "foreign_folder",
                f"{folder} belongs to another account.",
                "Remove it, or choose another state folder: preau up --home DIR.",
            )
        if self.switch:
            os.chown(folder, self.uid, self.gid, follow_symlinks=False)


def find(home: Home) -> Account:
    """Return the account for this state folder: the one that owns its data, else the first known.

    Raises `PreauError` under root where no candidate exists, and for an ordinary user whose state
    folder belongs to somebody else.
    """
    data = home.postgres / "data"
    owner = data.stat().st_uid if os.access(home.root, os.X_OK) and data.exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()) or not _writable(home.root):
            raise PreauError(
                "foreign_home",
                f"The state folder {home.root} belongs to another account.",
                "Run as that account, or choose your own: preau up --home DIR.",
            )
        me = pwd.getpwuid(os.geteuid())
        return Account(me.pw_name, me.pw_uid, me.pw_gid, switch=False)
    if owner:
        found = pwd.getpwuid(owner)
        return Account(found.pw_name, found.pw_uid, found.pw_gid, switch=True)
    for name in CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_name, found.pw_uid, found.pw_gid, switch=True)
    raise PreauError(
        "no_account",
        "Postgres refuses to run as root, and there is no account to run it under.",
        "Create one (useradd --system postgres), or run Préau as an ordinary user.",
    )


def place(home: Home, account: Account) -> Path:
    """Create Postgres's folder where the account can use it; returns its real path."""
    link = home.postgres
    if link.is_symlink():
        folder = link.readlink()
    elif link.is_dir() or account.may_enter(home.root):
        folder = link
    else:
        folder = OUTSIDE / home.digest
        OUTSIDE.mkdir(mode=0o755, parents=True, exist_ok=True)
        link.symlink_to(folder)
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    if account.switch:
        folder.chmod(0o755)
    return folder


def remove(home: Home) -> None:
    """Delete Postgres's folder, wherever it lies."""
    link = home.postgres
    if link.is_symlink():
        shutil.rmtree(link.readlink(), ignore_errors=True)
        link.unlink()
        with contextlib.suppress(OSError):  # not there, or another copy's data is in it
            OUTSIDE.rmdir()
    elif link.exists():
        shutil.rmtree(link)


def _writable(folder: Path) -> bool:
    """Tell whether we may write to the folder, or create it where it does not exist yet."""
    existing = next(step for step in (folder, *folder.parents) if step.exists())
    return os.access(existing, os.W_OK | os.X_OK)
