"""The inbox as a process: `python -m preau.local.inbox --smtp-port P --web-port P --home DIR`."""

from __future__ import annotations

import argparse
import asyncio
import socket
import sys
from pathlib import Path

import uvicorn

from preau.local.inbox.app import create_app
from preau.local.inbox.faults import Faults
from preau.local.inbox.mailbox import Mailbox
from preau.local.inbox.receiver import Receiver, listen

HOST = "127.0.0.1"


async def serve(smtp: socket.socket, web: socket.socket, home: Path) -> None:
    """Serve both until SIGTERM or SIGINT, then end the open connections."""
    mailbox, faults = Mailbox(home), Faults()
    receiver = await listen(smtp, Receiver(mailbox, faults))
    config = uvicorn.Config(
        create_app(mailbox, faults), log_level="warning", timeout_graceful_shutdown=2
    )
    try:
        await uvicorn.Server(config).serve(sockets=[web])
    finally:
        receiver.close()


def _listening(port: int) -> socket.socket:
    """Return a bound socket. Raises OSError where the port cannot be had."""
    sock = socket.create_server((HOST, port))
    # asyncio leaves it off for a socket of ours; an answer in two packets then takes 40 ms.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def main() -> int:
    """Bind both ports, say where the inbox is, and serve."""
    parser = argparse.ArgumentParser(prog="python -m preau.local.inbox", description=__doc__)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--web-port", type=int, required=True)
    parser.add_argument("--home", type=Path, required=True, help="the folder the mails are kept in")
    options = parser.parse_args()
    sockets = []
    for port, option in ((options.smtp_port, "--smtp-port"), (options.web_port, "--web-port")):
        try:
            sockets.append(_listening(port))
        except OSError as error:
            sys.stderr.write(
                f"inbox: port {port} of {HOST} cannot be had ({error.strerror}). "
                f"Stop what listens there, or choose another with {option}.\n"
            )
            return 1
    sys.stderr.write(
        f"inbox: SMTP on {HOST}:{options.smtp_port}, mails on http://{HOST}:{options.web_port}\n"
    )
    asyncio.run(serve(sockets[0], sockets[1], options.home))
    return 0


if __name__ == "__main__":
    sys.exit(main())
