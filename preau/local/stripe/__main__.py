"""The stand-in as a process: `python -m preau.local.stripe --port P --home DIR --accounts FILE`."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path

import structlog
import uvicorn

from preau.local.stripe.accounts import AccountsError, read
from preau.local.stripe.app import create_app
from preau.local.stripe.cutting import WithTransport
from preau.local.stripe.standin import Standin
from preau.local.stripe.store import HomeTakenError, Store

HOST = "127.0.0.1"


def main() -> int:
    """Serve until SIGTERM; 1 with a sentence where it must not or can't start."""
    parser = argparse.ArgumentParser(prog="python -m preau.local.stripe", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--home", type=Path, required=True, help="the folder its memory is kept in")
    parser.add_argument("--accounts", type=Path, required=True, help="the accounts file (JSON)")
    parser.add_argument(
        "--webhook-timeout", type=float, default=10.0, help="seconds a webhook may take to answer"
    )
    options = parser.parse_args()
    if os.environ.get("PREAU_LOCAL_STACK") != "1":
        return _refuse(
            "this is a stand-in for Stripe and runs only inside the local stack; "
            "`preau up` starts it. For real payments set STRIPE_SECRET_KEY."
        )
    try:
        accounts = read(options.accounts)
        listener = socket.create_server((HOST, options.port))
        store = Store(options.home)
    except AccountsError as error:
        return _refuse(f"{error}.")
    except HomeTakenError as error:
        return _refuse(f"another stand-in is running on {error}; stop it first (`preau down`).")
    except OSError as error:
        return _refuse(
            f"port {options.port} of {HOST} or the folder {options.home} can't be had "
            f"({error.strerror}). Stop what holds it, or choose another port with --port-base."
        )
    _configure_log()
    base_url = f"http://{HOST}:{listener.getsockname()[1]}"
    app = create_app(Standin(store, accounts, base_url), options.webhook_timeout)
    structlog.get_logger().info("standin.started", url=base_url, accounts=len(accounts))
    config = uvicorn.Config(
        WithTransport(app), log_level="warning", access_log=False, timeout_graceful_shutdown=2
    )
    uvicorn.Server(config).run(sockets=[listener])
    store.close()
    return 0


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"stripe stand-in: {sentence}\n")
    return 1


def _configure_log() -> None:
    """One plain line an event on standard output; the supervisor keeps it in a file."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(),
    )


if __name__ == "__main__":
    sys.exit(main())
