"""The supervisor as a process of its own: what `preau up --detach` and the tests start.

`python -m preau.local.daemon --home DIR --port-base N`. It takes nothing from a terminal and tells
everything through state.json; what it writes itself goes to `logs/supervisor.log`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from preau.errors import PreauError
from preau.local import checks, process
from preau.local.paths import PROJECT, Home
from preau.local.stack import Options, Stack
from preau.local.supervisor import trim

SWITCHES = {"no_fsync": "--no-fsync", "template": "--template", "remote": "--remote"}


def command(options: Options) -> list[str]:
    """Return the command line that runs these options."""
    asked = {
        "no_fsync": not options.fsync,
        "template": options.template,
        "remote": options.remote,
    }
    return [
        *(sys.executable, "-m", "preau.local.daemon", "--home", str(options.home.root)),
        *("--port-base", str(options.port_base)),
        *(SWITCHES[name] for name, wanted in asked.items() if wanted),
        *(["--without", ",".join(sorted(options.without))] if options.without else []),
    ]


def start(
    options: Options, env: Mapping[str, str] | None = None, *, tied: bool = False
) -> subprocess.Popen[bytes]:
    """Start the supervisor in a session of its own, so that it outlives this terminal.

    A `tied` one is asked to stop when the process that started it dies.
    """
    checks.ensure(options.home)
    log = options.home.log("supervisor")
    trim(log)
    with log.open("ab") as output:
        return subprocess.Popen(
            command(options),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=PROJECT,
            env=env,
            start_new_session=True,
            preexec_fn=process.dies_with_parent(signal.SIGTERM) if tied else None,
        )


def main() -> int:
    """Run the stack until it is asked to stop; 1 if it could not start."""
    parser = argparse.ArgumentParser(prog="python -m preau.local.daemon", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port-base", type=int, required=True)
    for switch in SWITCHES.values():
        parser.add_argument(switch, action="store_true")
    parser.add_argument("--without", default="")
    given = parser.parse_args()
    options = Options(
        home=Home.find(given.home),
        port_base=given.port_base,
        fsync=not given.no_fsync,
        template=given.template,
        remote=given.remote,
        without=frozenset(filter(None, given.without.split(","))),
    )
    try:
        asyncio.run(Stack(options).run())
    except PreauError as error:
        sys.stderr.write(f"preau (pid {os.getpid()}): {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
