"""What is switched off of private channels, presence and tokens."""

from __future__ import annotations

from preau.local.realtime import presence_push, tokens
from preau.local.realtime.access import EVERYTHING
from preau.local.realtime.authoriser import Authoriser
from preau.local.realtime.channel import Channel
from preau.local.realtime.presence import Presence
from tests.local.realtime.conformance.off import nothing, nothing_async, put


async def _yes(*_arguments: object) -> bool:
    return True


def everybody_may_hear() -> None:
    async def everything(*_arguments: object, **_named: object) -> object:
        return EVERYTHING

    put(Authoriser, "read", everything)


def everybody_may_speak() -> None:
    put(Authoriser, "write", _yes)


def presence_readers_hear_broadcasts() -> None:
    put(Channel, "hears", lambda _channel, _hearing: True)


def the_gone_stay_present() -> None:
    put(Presence, "leave", nothing)


def tracking_does_not_enable() -> None:
    put(presence_push, "_turn_on", nothing_async)


def tokens_are_not_refreshed() -> None:
    put(tokens, "refresh", nothing_async)


def tokens_do_not_expire() -> None:
    put(tokens, "watch", nothing)
