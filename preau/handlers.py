"""Handlers: one module of the package `workers` for each queue, found by looking into the package.

Such a module has `QUEUE` (the queue's name), `Message` (a `preau.messages.Message`) and one of

- `async def handle(message: Message, context: Context) -> None`
- `async def handle_batch(messages: Sequence[Message], context: Context)
  -> Sequence[Exception | None]` with `BATCH`, the most messages of one call: it returns for each
  message, in their order, None or the error that `handle` would have raised. Where it raises
  instead, the messages are handled again one by one, so that the culprit fails alone; a
  RetryableError speaks for all of them.

`CONCURRENCY`, if it is there, replaces the setting of that name for its queue (calls at the same
time, for either kind). `RETRY`, a mapping of error codes to `preau.retry.RetryPolicy`, says how
often and after what waits a job that failed with that code is tried again, or `DEAD_AT_ONCE`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

from preau.errors import PreauError
from preau.jobs import MOST_CLAIMED
from preau.messages import Message

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from preau.client import ServiceClient
    from preau.realtime import Realtime
    from preau.retry import RetryPolicy
    from preau.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """What a handler works with, beside its message.

    `attempt` counts from 1; for a batch it is the highest of its messages. `extend()` renews the
    lease at once; the runtime does so by itself at a third of it, so only a handler that blocks for
    long needs it. `ensure_lease()` asks nobody and costs nothing: called just before an effect that
    no key protects from being repeated, such as a mail, it raises LeaseOverError in a worker that
    was held up for longer than its lease. `realtime` gives row changes and presence as streams.
    """

    db: ServiceClient
    settings: Settings
    log: FilteringBoundLogger
    attempt: int
    extend: Callable[[], Awaitable[None]]
    ensure_lease: Callable[[], None]
    realtime: Realtime


@dataclass(frozen=True, slots=True)
class Handler:
    """One queue and the code that handles its messages.

    Where `batch` is set, `handle` is a module's `handle_batch` and gets up to so many messages.
    `concurrency` None means the setting.
    """

    queue: str
    message: type[Message]
    handle: Callable[[Any, Context], Awaitable[Any]]
    concurrency: int | None = None
    batch: int | None = None
    retry: Mapping[str, RetryPolicy] = field(default_factory=dict)


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
    batch = getattr(module, "BATCH", None)
    if batch is not None and (not 1 <= batch <= MOST_CLAIMED or hasattr(module, "handle")):
        raise PreauError(
            "unclear_worker",
            f"{module.__name__} has BATCH = {batch}.",
            f"BATCH is from 1 to {MOST_CLAIMED} and goes with handle_batch, not with handle.",
        )
    try:
        return Handler(
            queue=module.QUEUE,
            message=module.Message,
            handle=module.handle if batch is None else module.handle_batch,
            concurrency=getattr(module, "CONCURRENCY", None),
            batch=batch,
            retry=getattr(module, "RETRY", {}),
        )
    except AttributeError as error:
        raise PreauError(
            "incomplete_worker",
            f"{module.__name__} lacks {error.name}.",
            "A worker has QUEUE, Message and handle(message, context), or BATCH and handle_batch.",
        ) from error
