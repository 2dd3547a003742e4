"""How much of everything the server takes: as hosted, but more where a test would feel it.

Hosted's defaults are in supabase/realtime's tenant settings. A stack changes a limit by its name in
the JSON object of `PREAU_LOCAL_REALTIME`, for example `{"channels_per_socket": 5}`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields

from preau.errors import PreauError


@dataclass(frozen=True)
class Limits:
    """Every limit; sizes in bytes, times in seconds, rates per second. 0 turns a rate off."""

    frame_bytes: int = 5_000_000
    payload_bytes: int = 3_000_000
    connections: int = 5_000
    channels_per_socket: int = 100
    bindings_per_channel: int = 500  # entries of a join's postgres_changes
    filters_per_channel: int = 1_000  # conditions in them all together
    filter_characters: int = 200_000  # likewise: taking them apart holds up every socket
    joins_per_second: int = 1_000  # of the whole server, averaged over `rate_seconds`
    messages_per_second: int = 0  # likewise: hosted counts what clients send and receive
    presence_per_second: int = 0
    presence_calls: int = 0  # of one channel within `presence_window` (hosted: 5 in 30 s)
    presence_window: float = 30.0
    rate_seconds: float = 60.0
    silence_seconds: float = 60.0  # Phoenix closes a socket that says nothing for so long
    token_check_seconds: float = 300.0
    frames_waiting: int = 10_000  # of one channel, while one before them asks a policy
    waiting_bytes: int = 16_000_000  # of all that waits so, of one socket
    outbox_messages: int = 20_000
    outbox_bytes: int = 16_000_000
    batch_messages: int = 1_000  # of one POST to /api/broadcast
    replay_messages: int = 25
    policy_seconds: float = 5.0
    closing_seconds: float = 2.0  # what a socket may take to answer our close
    private_only: bool = False  # hosted's setting "Allow public access", switched off


def read(text: str) -> Limits:
    """Return the limits with the overrides of a JSON object; "" overrides nothing.

    Raises `PreauError` for what is no such object, an unknown name, or a value of another kind.
    """
    known = {field.name: type(field.default) for field in fields(Limits)}
    try:
        chosen = json.loads(text or "{}")
    except ValueError as error:
        raise _refusal(f"it is not JSON ({error})", known) from None
    if not isinstance(chosen, dict):
        raise _refusal("it is not an object", known)
    for name, value in chosen.items():
        if name not in known:
            raise _refusal(f"there is no limit {name!r}", known)
        if not _fits(value, known[name]):
            raise _refusal(f"{name} cannot be {value!r}", known)
    return Limits(**chosen)


def _fits(value: object, kind: type) -> bool:
    if kind is bool or isinstance(value, bool):
        return kind is bool and isinstance(value, bool)
    return isinstance(value, int if kind is int else int | float) and value >= 0


def _refusal(why: str, known: dict[str, type]) -> PreauError:
    return PreauError(
        "bad_realtime_limits",
        f"PREAU_LOCAL_REALTIME cannot be used: {why}.",
        "It is a JSON object of numbers, and of true or false for private_only, by these"
        f" names: {', '.join(sorted(known))}.",
    )
