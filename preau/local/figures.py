"""What a piece says of itself beyond its health: `preau status` asks it at that moment."""

from __future__ import annotations

import httpx

from preau.local.state import State

ANSWER_SECONDS = 2.0
REALTIME = ("connections", "channels", "lag_bytes")  # of what its /status tells


def read(found: State) -> dict[str, dict[str, int]]:
    """Return the figures by piece; a piece that does not answer has none."""
    piece = found.pieces.get("realtime")
    if not found.is_running() or piece is None or piece.url is None:
        return {}
    try:
        answer = httpx.get(f"{piece.url}/status", timeout=ANSWER_SECONDS, trust_env=False)
    except httpx.TransportError:  # its state says why
        return {}
    if not answer.is_success:
        return {}
    told = answer.json()
    return {"realtime": {name: told[name] for name in REALTIME}}


def sentence(figures: dict[str, int]) -> str:
    """Return them for people."""
    return (
        f"{figures['connections']} connections, {figures['channels']} channels, "
        f"{figures['lag_bytes']} bytes behind"
    )
