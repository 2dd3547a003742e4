"""From a template's name and its data to a mail's subject, text and HTML.

Templates live in `templates/<name>/<locale>/` as `subject.txt`, `text.txt` and `html.html`, with a
`sample.json` beside the locales. What fills them is cleaned first: every string loses addresses
and control characters (see `preau.mail.names`), keys ending in `name` but `academy_name` are names
of people, and keys ending in `_url` must be absolute web addresses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import (
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateRuntimeError,
    Undefined,
    UndefinedError,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from preau.errors import PermanentError
from preau.languages import spoken
from preau.mail.academy import Academy, Recipient, is_web_address
from preau.mail.dates import format_day, format_moment
from preau.mail.money import format_money
from preau.mail.names import person_name, sentence_part
from preau.mail.reasons import dispute_reason, refund_failure
from preau.mail.typography import FrenchSpaces

TEMPLATES = Path(__file__).parent / "templates"
_Value = TypeVar("_Value")
_QUOTED = re.compile(r"'([^']*)'")


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """What the recipient reads. `locale` is the one used; `subject` is one line."""

    subject: str
    text: str
    html: str
    locale: str


def render(
    template: str, locale: str, academy: Academy, to: Recipient, data: Mapping[str, Any]
) -> RenderedMail:
    """Fill a template. `fr-FR` counts as `fr`; a locale without templates falls back to French.

    Raises PermanentError: `unknown_template`, `template_variable_missing` (naming template and
    variable), `template_data_invalid` (an amount, date or address that is none).
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", template) or not _exists(template):
        raise PermanentError(
            "unknown_template",
            f"There is no mail template {template!r}.",
            "Add its folder under preau/mail/templates, or correct what queues the mail.",
        )
    language = spoken(locale)
    try:
        values = {**_cleaned(data), "academy": academy, "to": to, "locale": language}
        folder = f"{template}/{language}"
        subject = re.sub(r"[ \t\r\n]+", " ", _fill(f"{folder}/subject.txt", values)).strip()
        text = _fill(f"{folder}/text.txt", values).strip() + "\n"
        html = _fill(f"{folder}/html.html", {**values, "subject": subject})
    except UndefinedError as error:
        missing = _QUOTED.findall(error.message or "")
        raise PermanentError(
            "template_variable_missing",
            f"The mail {template} ({language}) needs {missing[-1] if missing else 'a variable'}, "
            "which its data lacks.",
            "Give it in the SQL that builds the mail's data; sample.json shows the shape.",
        ) from error
    except (ValueError, TypeError, KeyError, TemplateRuntimeError, TemplateNotFound) as error:
        raise PermanentError(
            "template_data_invalid",
            f"The mail {template} ({language}) cannot be written: {error}.",
            "Compare its data with the sample.json of the template.",
        ) from error
    return RenderedMail(subject, text, html, language)


def _exists(template: str) -> bool:
    return (TEMPLATES / template / "sample.json").is_file()


def _fill(name: str, values: Mapping[str, Any]) -> str:
    return _environment().get_template(name).render(values)


def _cleaned(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _clean(key, item) for key, item in value.items()}


def _clean(key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return _cleaned(value)
    if isinstance(value, list):
        return [_clean(key, item) for item in value]
    if not isinstance(value, str):
        return value
    if key.endswith("_url"):
        if not is_web_address(value):
            raise ValueError(f"{key} is not an absolute web address")
        return value
    is_a_persons = key.endswith("name") and key != "academy_name"
    return person_name(value) if is_a_persons else sentence_part(value)


def _given(value: _Value) -> _Value:
    """Return the value; a missing one raises UndefinedError as it would outside of a filter."""
    if isinstance(value, Undefined):
        str(value)
    return value


@pass_context
def _money(context: Context, amount: int, currency: str) -> str:
    return format_money(_given(amount), _given(currency), context["locale"])


@pass_context
def _day(context: Context, value: str) -> str:
    return format_day(_given(value), context["locale"])


@pass_context
def _moment(context: Context, value: str) -> str:
    return format_moment(_given(value), context["academy"].zone, context["locale"])


@pass_context
def _dispute_reason(context: Context, code: str) -> str:
    return dispute_reason(_given(code), context["locale"])


@pass_context
def _refund_failure(context: Context, code: str) -> str:
    return refund_failure(_given(code), context["locale"])


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        extensions=[FrenchSpaces],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters.update(money=_money, day=_day, moment=_moment)
    environment.filters.update(dispute_reason=_dispute_reason, refund_failure=_refund_failure)
    return environment
