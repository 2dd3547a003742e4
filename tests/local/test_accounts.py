"""Who runs Postgres: an ordinary user oneself, root an account that may enter where the data is."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from preau.local import account, postgres, programs
from preau.local.paths import PROJECT, Home
from tests.local.copies import Copy, copy

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
NOBODY = pwd.getpwnam("nobody")
MINE = account.Account(NOBODY.pw_name, NOBODY.pw_uid, NOBODY.pw_gid, switch=True)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account may enter, unlike pytest's own."""
    folder = Path("/tmp") / f"preau-test-{os.getpid()}"  # noqa: S108 - a short path is the point
    folder.mkdir(mode=0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def python_of_everybody(folder: Path) -> str:
    """Return a Python with our packages that `nobody` may run: ours, or the system's beside it."""
    if MINE.may_enter(Path(sys.executable).resolve().parent):
        return sys.executable
    name = f"python3.{sys.version_info.minor}"
    system = Path("/usr/bin") / name
    if not system.exists():
        pytest.skip(
            f"nobody may not run {Path(sys.executable).resolve()}, and there is no {system}"
        )
    subprocess.run([system, "-m", "venv", "--without-pip", folder], check=True)
    packages = folder / "lib" / name / "site-packages"
    (packages / "ours.pth").write_text(f"{PROJECT}\n{sysconfig.get_path('purelib')}\n")
    (folder / "bin" / "caddy").symlink_to(programs.locate().caddy)
    return str(folder / "bin" / "python")


@as_root
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv is not installed")
def test_an_ordinary_user_brings_the_stack_up_and_down(open_folder: Path) -> None:
    if not MINE.may_enter(PROJECT):
        pytest.skip(f"nobody may not enter {PROJECT}; clone into an open folder to run this")
    python = python_of_everybody(open_folder / "venv")
    home = open_folder / "home"
    home.mkdir()
    os.chown(home, NOBODY.pw_uid, NOBODY.pw_gid)
    with copy(home) as made:
        made.python = python
        made.prefix = (
            *("setpriv", f"--reuid={NOBODY.pw_uid}", f"--regid={NOBODY.pw_gid}"),
            "--clear-groups",
        )
        made.env = {"HOME": str(home)}
        up = made.preau("up", "--detach")
        assert up.returncode == 0, up.stdout
        assert made.home.state_file.stat().st_uid == NOBODY.pw_uid
        assert (made.home.postgres / "data").stat().st_uid == NOBODY.pw_uid
        assert made.preau("status").returncode == 0
        assert made.preau("down").returncode == 0
        assert made.processes() == []


@as_root
def test_the_data_lies_elsewhere_where_the_account_may_not_enter(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with copy(closed / "home") as made:
        made.start()
        elsewhere = made.home.postgres.readlink()
        assert elsewhere.parent == account.OUTSIDE
        assert made.state().is_well()
        made.preau("reset")
        assert not elsewhere.exists()


def test_a_state_folder_with_a_very_long_path_works(open_folder: Path) -> None:
    with copy(open_folder / ("long" * 25)) as made:
        made.start()
        short = postgres.short_socket_folder(made.home)
        assert short.exists()
        made.preau("reset")
        assert not short.exists()


def test_a_state_folder_of_another_account_is_refused_with_a_sentence(open_folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder to somebody else")
    made = Copy(Home(open_folder), 30021, prefix=("setpriv", "--reuid=65534", "--clear-groups"))
    done = made.preau("up", "--detach")
    assert done.returncode == 1
    assert "another account" in done.stdout
    assert "Traceback" not in done.stdout
