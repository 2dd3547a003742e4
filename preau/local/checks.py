"""What is looked at before the stack starts, so that a bad start ends in a sentence."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from preau.errors import PreauError
from preau.local import account, postgres, state
from preau.local.paths import Home

FIRST_BYTES = 400 * 2**20  # a new data folder, its write-ahead log, and logs
LATER_BYTES = 64 * 2**20


def ensure(home: Home) -> None:
    """Create the state folder, its logs and its lock; `PreauError` where the system refuses."""
    try:
        home.ensure()
        home.lock_file.touch()
    except PermissionError as error:
        raise PreauError(
            "foreign_home",
            f"The state folder {home.root} belongs to another account ({error.filename}).",
            "Run as that account, or choose your own: preau up --home DIR.",
        ) from None
    except OSError as error:
        raise explained(error) from None


@contextmanager
def held(home: Home) -> Iterator[None]:
    """Hold the state folder's lock: one supervisor a folder. The system frees it on any death."""
    ensure(home)
    lock = os.open(home.lock_file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise PreauError(
            "already_running",
            f"Another `preau up` works with {home.root}.",
            "See `preau status`; stop it with `preau down`.",
        ) from None
    try:
        yield
    finally:
        os.close(lock)


def disk(home: Home) -> None:
    """Raise `PreauError` where the disk has less room than the stack needs to start or go on."""
    needed = LATER_BYTES if home.postgres.exists() else FIRST_BYTES
    for place in {home.root, home.postgres.resolve()}:
        existing = next(step for step in (place, *place.parents) if step.exists())
        free = shutil.disk_usage(existing).free
        if free < needed:
            raise PreauError(
                "disk_full",
                f"The disk of {existing} has {free // 2**20} MB left; "
                f"the stack needs {needed // 2**20} MB.",
                "Make room, or put the state folder on another disk: preau up --home DIR.",
            )


def stop_leftovers(home: Home) -> list[str]:
    """End what a killed supervisor left running; returns the pieces' names.

    Call it with the lock held. A process counts only if both its pid and its start time are the
    recorded ones, so a stranger that was given an old pid is never touched.
    """
    before = state.read(home.state_file)
    stopped = []
    for name, piece in before.pieces.items() if before else ():
        if name != "postgres" and piece.process and piece.process.is_alive():
            piece.process.send(signal.SIGKILL, group=True)
            piece.process.wait_gone(5)
            stopped.append(name)
    if postgres.stop_leftover(home.postgres / "data"):
        stopped.append("postgres")
    return stopped


def explained(error: OSError) -> PreauError:
    """Return what the system refused, as a sentence that says what to do."""
    if error.errno == errno.ENOSPC:
        return PreauError(
            "disk_full",
            f"The disk is full ({error.filename or 'no file named'}).",
            "Make room, or put the state folder on another disk: preau up --home DIR.",
        )
    return PreauError(
        "refused_by_system",
        f"The system refused {error.filename or 'something'}: {error.strerror}.",
        "Look who owns it; or choose another state folder: preau up --home DIR.",
    )


def forget_visits(home: Home) -> None:
    """Drop what a test run left outside Postgres: mails, payments, files."""
    for name in ("inbox", "stripe", "storage"):
        shutil.rmtree(home.root / name, ignore_errors=True)


def remove(home: Home) -> None:
    """Delete all data of this copy, but no other copy's folder inside it (`.preau/test`)."""
    account.remove(home)
    shutil.rmtree(postgres.short_socket_folder(home), ignore_errors=True)
    if not home.root.exists():
        return
    for entry in home.root.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            if not (entry / "state.json").exists():
                shutil.rmtree(entry)
        else:
            entry.unlink()
    if not any(home.root.iterdir()):
        home.root.rmdir()
