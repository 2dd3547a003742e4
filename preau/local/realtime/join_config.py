"""The payload of a `phx_join`, read tolerantly: what is badly typed counts as not given (upstream).

Only the replay's numbers and the row-change entries stay as they came: they are refused by name.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from preau.local.realtime.claims import OPAQUE


@dataclass(frozen=True)
class JoinConfig:
    """What a client asks of its channel. `token` is None for "the connection's"."""

    private: bool
    ack: bool
    hears_itself: bool
    replay: Mapping[str, Any] | None
    announces_replication: bool
    presence_key: str
    presence: bool
    entries: tuple[Any, ...]
    token: str | None


def parse(payload: object) -> JoinConfig:
    """Return the config of a join; never raises."""
    join = _section(payload)
    config = _section(join.get("config"))
    broadcast, presence = _section(config.get("broadcast")), _section(config.get("presence"))
    entries = config.get("postgres_changes")
    replay = broadcast.get("replay")
    key = presence.get("key")
    return JoinConfig(
        private=_flag(config.get("private")),
        ack=_flag(broadcast.get("ack")),
        hears_itself=_flag(broadcast.get("self")),
        replay=replay if isinstance(replay, Mapping) else None,
        announces_replication=_flag(broadcast.get("replication_ready")),
        presence_key=key if isinstance(key, str) and key else str(uuid.uuid4()),
        presence=_flag(presence.get("enabled")),
        entries=tuple(each for each in entries if each is not None)
        if isinstance(entries, list)
        else (),
        token=_token(join),
    )


def _token(join: Mapping[str, Any]) -> str | None:
    for name in ("user_token", "access_token"):
        token = join.get(name)
        if isinstance(token, str):
            return None if token.startswith(OPAQUE) else token
    return None


def _section(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _flag(value: object) -> bool:
    return value is True or value == "true"
