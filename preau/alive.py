"""Whether a process answers: `python -m preau.alive <url>`, the health check of the images.

A function's health says 503 when something else does not answer it. That is no reason to start the
function anew, so it counts as alive. Nothing but the standard library: it runs every half minute.
"""

from __future__ import annotations

import http.client
import json
import sys
from typing import Final
from urllib.parse import urlsplit

TIMEOUT_SECONDS: Final = 5.0


def is_alive(url: str, timeout: float = TIMEOUT_SECONDS) -> bool:
    """Ask once; tell whether the process behind `url` answered as one that works."""
    parts = urlsplit(url)
    asked = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        asked.request("GET", parts.path or "/")
        answer = asked.getresponse()
        body = answer.read(1_000_000)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
    return answer.status < http.HTTPStatus.BAD_REQUEST or _is_degraded(body)


def _is_degraded(body: bytes) -> bool:
    try:
        told = json.loads(body)
    except ValueError:
        return False
    return isinstance(told, dict) and told.get("status") == "degraded"


if __name__ == "__main__":
    sys.exit(not is_alive(sys.argv[1]))
