"""The stand-in by itself: `python -m preau.local.sendgrid --port P`, for SENDGRID_API_BASE."""

from __future__ import annotations

import argparse
import sys
import threading

from preau.local.sendgrid.server import SendGrid


def main() -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m preau.local.sendgrid", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    with SendGrid(port=options.port) as standin:
        sys.stdout.write(f"SendGrid's stand-in listens on {standin.url}; key {standin.api_key}\n")
        sys.stdout.flush()
        threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
