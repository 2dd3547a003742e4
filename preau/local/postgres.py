"""One Postgres cluster: its data folder, its settings, who may connect, and how it is started.

The bootstrap superuser is `supabase_admin`, as on hosted Supabase, and `postgres` is an ordinary
role (the bootstrap SQL makes it). TCP asks for passwords and listens on loopback only; over the
socket the account that runs Postgres, and root, may be the superuser without one.
"""

from __future__ import annotations

import contextlib
import locale
import os
import shutil
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from preau.errors import PreauError
from preau.local import process
from preau.local.account import Account
from preau.local.paths import SOCKET_PATH_BYTES, Home
from preau.local.ports import HOST

SUPERUSER = "supabase_admin"
PASSWORD = "postgres"  # noqa: S105 - as `supabase start` has it: known to everyone, loopback only

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "max_locks_per_transaction": "256",
    "wal_level": "logical",
    "max_wal_senders": "10",
    "max_replication_slots": "10",
    # A reader that hangs costs so much log and no more, and loses its slot; it makes a new one.
    "max_slot_wal_keep_size": "1GB",
    "wal_sender_timeout": "30s",
    "password_encryption": "scram-sha-256",
    "shared_preload_libraries": "pg_stat_statements",
    "jit": "off",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
# A test stack's data is worth nothing after a power cut.
UNSAFE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Realtime hears of a commit once it is flushed: nobody waits for that, so it is done often.
    "wal_writer_delay": "10ms",
}


@dataclass(frozen=True)
class Cluster:
    """A data folder and the programs that run it. `tree` is what `preau.local.runtime` made."""

    home: Home
    folder: Path
    tree: Path
    account: Account
    port: int
    fsync: bool = True

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    def superuser_url(self, database: str = "postgres") -> str:
        """Return the superuser's URL, over the socket."""
        return superuser_url(self.home, self.port, database)

    async def initialise(self) -> bool:
        """Create the data folder if there is none; tells whether it did."""
        if (self.data / "PG_VERSION").exists() and not self._unfinished.exists():
            return False
        shutil.rmtree(self.data, ignore_errors=True)
        self.account.own(self.data)
        self._unfinished.touch()
        password = self.folder / "password"
        password.write_text(PASSWORD)
        options: list[str | Path] = [
            *("--pgdata", self.data, "--username", SUPERUSER, "--pwfile", password),
            *("--encoding", "UTF8", "--locale-provider", "icu", "--icu-locale", "en-US"),
            *("--locale", _libc_locale(), "--no-instructions"),
            *([] if self.fsync else ["--no-sync"]),
        ]
        code, output = await process.run(
            [self.tree / "bin" / "initdb", *options],
            env=process.base_env() | {"LC_ALL": "C"},
            account=self.account,
            cwd=self.folder,
        )
        password.unlink()
        if code != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            raise PreauError(
                "initdb_failed",
                f"Postgres could not create its data folder: {_last_line(output)}",
                "Make room on the disk and try again."
                if "No space left" in output
                else f"Look at {self.folder}, then try again with `preau reset`.",
            )
        self._unfinished.unlink()
        return True

    def forget(self) -> None:
        """Drop the data folder; the next `initialise` makes a new one."""
        shutil.rmtree(self.data, ignore_errors=True)

    def configure(self) -> None:
        """Write the settings and who may connect; both are ours, whatever initdb wrote."""
        socket = socket_folder(self.home, self.port)
        self.account.own(socket)
        settings = SETTINGS | {"port": str(self.port), "unix_socket_directories": str(socket)}
        if not self.fsync:
            settings |= UNSAFE
        lines = [f"{name} = '{value}'" for name, value in settings.items()]
        self._put("postgresql.conf", lines)
        # The first line that fits decides; there is no other way in.
        self._put(
            "pg_hba.conf",
            [
                f"local all {SUPERUSER} peer map=preau",
                "local all all scram-sha-256",
                f"host all all {HOST}/32 scram-sha-256",
                f"host replication all {HOST}/32 scram-sha-256",
            ],
        )
        accounts = {self.account.name, "root"} if self.account.switch else {self.account.name}
        self._put("pg_ident.conf", [f"preau {name} {SUPERUSER}" for name in sorted(accounts)])

    def command(self) -> list[str]:
        """Return the command line of the server."""
        return [str(self.tree / "bin" / "postgres"), "-D", str(self.data)]

    @property
    def _unfinished(self) -> Path:
        """Exists while initdb works: a data folder beside it is not whole."""
        return self.folder / "data-unfinished"

    def _put(self, name: str, lines: list[str]) -> None:
        file = self.data / name
        file.write_text("\n".join(lines) + "\n")
        if self.account.switch:
            os.chown(file, self.account.uid, self.account.gid)


def socket_folder(home: Home, port: int) -> Path:
    """Return the folder of the Unix socket: ours, or a short one where that path is too long."""
    own = home.postgres.resolve() / "socket"
    if len(os.fsencode(own / f".s.PGSQL.{port}")) <= SOCKET_PATH_BYTES:
        return own
    return short_socket_folder(home)


def short_socket_folder(home: Home) -> Path:
    """Return where the socket lies if the state folder's path is too long for one."""
    return Path(tempfile.gettempdir()) / f"preau-{home.digest}"


def superuser_url(home: Home, port: int, database: str = "postgres") -> str:
    """Return the superuser's URL, over the socket: for root and the account that runs Postgres."""
    folder = quote(str(socket_folder(home, port)), safe="")
    return f"postgresql://{SUPERUSER}@/{database}?host={folder}&port={port}"


def stop_leftover(data: Path) -> bool:
    """End a server of this data folder that outlived its supervisor; tells whether there was one.

    Its pid file is removed, and so is a stale one: Postgres refuses to start while the recorded pid
    belongs to any process of its account, which after a reboot may be a stranger. The stranger is
    left alone.
    """
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return False
    running = _runs_in(pid, data)
    if running:
        process.ProcessId.of(pid).stop(signal.SIGINT, seconds=20)
    with contextlib.suppress(FileNotFoundError):
        pid_file.unlink()
    return running


def _runs_in(pid: int, folder: Path) -> bool:
    """Tell whether a process works in this folder, as a Postgres does in its data."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder.resolve()
    except OSError:
        return False


def _libc_locale() -> str:
    """Return a libc locale that knows every letter; text search and trigrams ask libc."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        return locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def _last_line(output: str) -> str:
    lines = [line for line in output.strip().splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing."
