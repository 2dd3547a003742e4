"""Handlers: one module of the package `workers` for each queue, found by looking into the package.

Such a module has `QUEUE` (the queue's name), `Message` (a `preau.messages.Message`) and
`async def handle(message: Message, context: Context) -> None`; `CONCURRENCY`, if it is there,
replaces the setting of that name for its queue.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

from preau.errors import PreauError
from preau.messages import Message

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from preau.client import ServiceClient
    from preau.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """What a handler works with, beside its message.

    `attempt` counts from 1. `extend()` renews the message's lease at once; the runtime does so by
    itself at a third of the lease, so only a handler that blocks for long needs it.
    """

    db: ServiceClient
    settings: Settings
    log: FilteringBoundLogger
    attempt: int
    extend: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Handler:
    """One queue and the code that handles its messages. `concurrency` None means the setting."""

    queue: str
    message: type[Message]
    handle: Callable[[Any, Context], Awaitable[None]]
    concurrency: int | None = None


def discover(queues: Sequence[str] = (), package: str = "workers") -> list[Handler]:
    """Return the handlers of `queues`, or all where it is empty, sorted by queue.

    Raises PreauError for a queue that no module of the package handles.
    """
    folder = importlib.import_module(package).__path__
    modules = [f"{package}.{module.name}" for module in pkgutil.iter_modules(folder)]
    found = {h.queue: h for h in (of_module(importlib.import_module(name)) for name in modules)}
    if unknown := sorted(set(queues) - set(found)):
        raise PreauError(
            "unknown_queue",
            f"No worker handles {', '.join(unknown)}.",
            f"The queues are: {', '.join(sorted(found))}.",
        )
    return [found[name] for name in sorted(queues or found)]


def of_module(module: ModuleType) -> Handler:
    """Return the handler of a module. Raises PreauError naming what it lacks."""
    try:
        return Handler(
            queue=module.QUEUE,
            message=module.Message,
            handle=module.handle,
            concurrency=getattr(module, "CONCURRENCY", None),
        )
    except AttributeError as error:
        raise PreauError(
            "incomplete_worker",
            f"{module.__name__} lacks {error.name}.",
            "A worker has QUEUE, Message and handle(message, context).",
        ) from error
