"""The academies and recipients that the mail tests write to, and a reader of HTML."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

from preau.mail import Academy, Branding, Recipient
from preau.mail.render import TEMPLATES

MECAFORMATION = Academy(
    slug="mecaformation",
    name="MécaFormation",
    locale="fr",
    timezone="Europe/Paris",
    currency="EUR",
    sender_email="bonjour@mecaformation.example",
    sender_name="MécaFormation",
    reply_to="contact@mecaformation.example",
    site_url="https://mecaformation.example",
    branding=Branding(color="#1e40af", postal_address="12 rue des Ateliers, 69007 Lyon"),
)
NEXUS = MECAFORMATION.model_copy(
    update={
        "slug": "nexus-reussite",
        "name": "Nexus Réussite",
        "timezone": "Africa/Tunis",
        "currency": "TND",
        "reply_to": None,
    }
)
ELODIE = Recipient(email="elodie@example.org", name="Élodie Dupré")
NAMES = sorted(path.parent.name for path in TEMPLATES.glob("*/sample.json"))
VOID = frozenset({"meta", "br", "img", "hr", "link", "input", "base"})


def sample(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((TEMPLATES / name / "sample.json").read_text())
    return data


class Page(HTMLParser):
    """Reads a page and remembers what the tests ask about; `problems` are unbalanced tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.problems: list[str] = []
        self.addresses: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()
        self.problems += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.append((tag, dict(attrs)))
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)
