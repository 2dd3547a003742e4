"""Logs: one event name and its fields a line, the same for our code and for the libraries'.

Event names are `thing.happened` from a small vocabulary (`job.done`, `gateway.down`,
`webhook.received`), so that a search for one finds every case. Keys and tokens never reach the
output, wherever they were about to be written.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, Any, Final, Protocol

import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

_SECRETS = re.compile(
    r"\b(?:(?:sk|rk)_(?:test|live)|sb_secret)_[A-Za-z0-9_-]+"  # Stripe's and Supabase's keys
    r"|\bwhsec_[A-Za-z0-9+/=_-]+"
    r"|\b(?:pi|seti)_\w+_secret_\w+"  # what a payment form is confirmed with
    r"|\bSG\.[\w-]+\.[\w-]+|\bxkeysib-[\w-]+"  # SendGrid's and Brevo's
    r"|(?<=/unsubscribe/)[A-Za-z0-9_-]+"  # acts without a sign-in, and never ends
    r"|\beyJ[\w-]+\.[\w-]+\.[\w-]+"  # a JWT
)
HIDDEN: Final = "•••"
_NOISY_LIBRARIES = ("httpx", "httpcore", "stripe", "hpack")
_TOLD_BY_US = ("realtime",)  # each failed try is an error to it; we say once that it is down


def masked(text: str) -> str:
    """Return the text with keys and tokens replaced."""
    return _SECRETS.sub(HIDDEN, text)


class LogSettings(Protocol):
    """What a process wants of its log: the settings, or what has these two of them."""

    @property
    def log_level(self) -> str:
        """debug, info, warning or error."""
        ...

    @property
    def log_format(self) -> str:
        """json or console."""
        ...


def mask_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace keys and tokens in every text of a log event."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = masked(value)
    return event


def configure(settings: LogSettings) -> None:
    """Send structlog and the standard library's logging to stdout in the format of the settings."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask_secrets,
    ]
    renderer: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if settings.log_format == "console":
        renderer = structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in _NOISY_LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _TOLD_BY_US:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def get_logger(**fields: Any) -> FilteringBoundLogger:
    """Return a logger that adds `fields` to each of its lines."""
    logger: FilteringBoundLogger = structlog.get_logger(**fields)
    return logger
