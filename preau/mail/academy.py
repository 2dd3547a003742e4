"""Who sends a mail and who receives it, as the outbox gives them."""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from preau.mail.names import person_name, sentence_part

DEFAULT_COLOR = "#334155"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_web_address(value: object) -> bool:
    """Say whether this is an absolute web address: https, or http on this machine or a test's."""
    if not isinstance(value, str) or re.search(r"[\s<>\"'\\\x00-\x1f\x7f]", value):
        return False
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and parts.scheme in ("https", "http") and not parts.username


def _shown_image(value: object) -> object:
    """A logo that a mail program would not load or should not is left out, not refused."""
    if not is_web_address(value):
        return None
    parts = urlsplit(str(value))
    return value if parts.scheme == "https" or parts.hostname in _LOOPBACK else None


def _color(value: object) -> object:
    return value if isinstance(value, str) and _COLOR.fullmatch(value) else DEFAULT_COLOR


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Branding(_Frozen):
    """How an academy looks. `color` is `#rrggbb`; whatever cannot be used falls back quietly."""

    color: Annotated[str, BeforeValidator(_color)] = DEFAULT_COLOR
    logo_url: Annotated[str | None, BeforeValidator(_shown_image)] = None
    postal_address: Annotated[str, AfterValidator(sentence_part)] = ""

    @property
    def on_color(self) -> str:
        """Return black or white, whichever is read better on the colour (WCAG 2.2, 1.4.3)."""
        light = _luminance(self.color)
        return "#ffffff" if 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 else "#000000"


class Academy(_Frozen):
    """The sender. `timezone` is an IANA name, `currency` ISO 4217, `site_url` absolute."""

    slug: str
    name: Annotated[str, AfterValidator(sentence_part)]
    locale: str
    timezone: str
    currency: str
    sender_email: str
    sender_name: Annotated[str, AfterValidator(person_name)]
    reply_to: str | None = None
    site_url: str
    branding: Branding = Field(default_factory=Branding)

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone; an unknown one raises ZoneInfoNotFoundError (a KeyError)."""
        return ZoneInfo(self.timezone)


class Recipient(_Frozen):
    """The reader. `name` is cleaned, and empty where nothing usable is left of it."""

    email: str
    name: Annotated[str, BeforeValidator(lambda value: person_name(value or ""))] = ""


def _luminance(color: str) -> float:
    """Return WCAG's relative luminance of `#rrggbb`, 0 (black) to 1 (white)."""

    def linear(channel: Any) -> float:
        part = int(channel, 16) / 255
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(color[i : i + 2]) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
