"""A channel's row changes: subscribed to in the background, so that no join waits for the log.

Clients wait for "Subscribed to PostgreSQL" before they count on changes: it is said once the log is
really read.
"""

from __future__ import annotations

import asyncio
import random
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg

from preau import log
from preau.local.realtime import parting
from preau.local.realtime.changes import bindings
from preau.local.realtime.changes.feed import SubscriptionRefused
from preau.local.realtime.changes.numbers import Numbers

if TYPE_CHECKING:
    from preau.local.realtime.channel import Channel

EXTENSION = "postgres_changes"
SOONEST, LATEST = 5.0, 10.0  # seconds until a passing refusal is tried again, as upstream
logger = log.get_logger(piece="realtime")


def echo(entries: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Return the entries as the join's reply has them: as they came, in order, each with its id.

    Also where they cannot be subscribed to, which is said afterwards: clients compare one by one.
    """
    numbers = Numbers()
    return [{**entry, "id": numbers.of(entry)} for entry in entries if isinstance(entry, dict)]


def start(channel: Channel) -> None:
    """Subscribe a channel that asked for changes, in place of what it had."""
    if channel.subscription:
        channel.subscription.cancel()
    if channel.over:  # its token had just run out
        return
    if channel.config.entries or channel.config.announces_replication:
        channel.subscription = asyncio.create_task(_subscribe(channel))
        channel.subscription.add_done_callback(partial(_ended, channel))


def _ended(channel: Channel, task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    if error:
        parting.crash(channel, error)


async def _subscribe(channel: Channel) -> None:
    services = channel.services
    if channel.config.entries and not await _listens(channel):
        return
    await services.reader.ready.wait()
    if channel.config.entries:
        channel.system(EXTENSION, "ok", "Subscribed to PostgreSQL")
    if channel.config.announces_replication:
        channel.system("system", "ok", "Replication connection established")


async def _listens(channel: Channel) -> bool:
    """Subscribe, as often as that may help; tells whether it did."""
    while True:
        refusal = await _refusal(channel)
        if refusal is None:
            return True
        logger.info("subscription.refused", topic=channel.topic.name, reason=refusal.text)
        channel.system(EXTENSION, "error", refusal.text)
        if not refusal.passing:
            return False
        await asyncio.sleep(random.uniform(SOONEST, LATEST))  # noqa: S311 - jitter


async def _refusal(channel: Channel) -> SubscriptionRefused | None:
    try:
        limits = channel.services.config.limits
        wanted = bindings.parse(list(channel.config.entries), limits)
        await channel.services.feed.subscribe(channel, wanted, channel.caller)
    except bindings.BadBindings as error:
        return SubscriptionRefused(str(error), passing=False)
    except psycopg.OperationalError:  # no database to ask just now
        return SubscriptionRefused("Unable to subscribe to changes", passing=True)
    except SubscriptionRefused as error:
        return error
    return None
