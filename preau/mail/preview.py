"""Mails as they would look, written from the templates' own samples: nobody is mailed."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from preau.errors import PreauError
from preau.languages import LOCALES
from preau.mail.academy import Academy, Branding, Recipient
from preau.mail.render import TEMPLATES, RenderedMail, render

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

READER = Recipient(email="elodie@example.org", name="Élodie Dupré")
SAMPLE = Academy(
    slug="exemple",
    name="Académie Exemple",
    locale="fr",
    timezone="Europe/Paris",
    currency="EUR",
    sender_email="bonjour@exemple.example",
    sender_name="Académie Exemple",
    reply_to="contact@exemple.example",
    site_url="https://exemple.example",
    branding=Branding(color="#1e40af", postal_address="12 rue des Ateliers, 69007 Lyon"),
)
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Mails of {academy}</title>
<style>body{{font:1rem/1.5 system-ui,sans-serif;margin:2rem}}
iframe{{width:100%;max-width:680px;height:640px;border:1px solid #999}}
pre{{white-space:pre-wrap;max-width:680px}}</style></head>
<body><h1>Mails of {academy}</h1>
{mails}</body></html>
"""
_MAIL = """<h2 id="{key}">{key}</h2><p><strong>{subject}</strong></p>
<iframe title="{key}" sandbox srcdoc="{html}"></iframe>
<details><summary>Text</summary><pre>{text}</pre></details>
"""


def names() -> list[str]:
    """Return the templates there are."""
    return sorted(path.parent.name for path in TEMPLATES.glob("*/sample.json"))


def sample(template: str) -> dict[str, Any]:
    """Return a template's own sample. Raises PreauError for an unknown one."""
    if template not in names():
        raise PreauError(
            "unknown_template",
            f"There is no mail template {template!r}.",
            f"There are: {', '.join(names())}.",
        )
    data: dict[str, Any] = json.loads((TEMPLATES / template / "sample.json").read_text())
    return data


def written(template: str, locale: str, academy: Academy = SAMPLE) -> RenderedMail:
    """Return a mail filled with its sample."""
    data = {**sample(template), "academy_name": academy.name}
    return render(template, locale, academy, READER, data)


def write(
    folder: Path, academy: Academy, templates: Sequence[str] = (), locales: Sequence[str] = LOCALES
) -> Path:
    """Write each mail as HTML and text into the folder, and a page that shows them all."""
    folder.mkdir(parents=True, exist_ok=True)
    shown = []
    for template in templates or names():
        for locale in locales:
            mail = written(template, locale, academy)
            key = f"{template}.{locale}"
            (folder / f"{key}.html").write_text(mail.html, encoding="utf-8")
            (folder / f"{key}.txt").write_text(mail.text, encoding="utf-8")
            parts = {"subject": mail.subject, "html": mail.html, "text": mail.text}
            quoted = {name: escape(part) for name, part in parts.items()}
            shown.append(_MAIL.format(key=key, **quoted))
    page = folder / "index.html"
    content = _PAGE.format(academy=escape(academy.name), mails="".join(shown))
    page.write_text(content, encoding="utf-8")
    return page
