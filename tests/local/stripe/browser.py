"""A buyer's browser without JavaScript: reads the form of a page and sends it where it says."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

GOOD = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"


@dataclass
class Page(HTMLParser):
    """A page as it was answered: its form, its links, its text."""

    answer: httpx.Response
    action: str = ""
    method: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    text: str = ""
    alert: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._in_alert = False
        self._in_style = False
        self.feed(self.answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action, self.method = given["action"], given["method"]
        elif tag == "input":
            self.fields[given["name"]] = given["value"]
        elif tag == "a":
            self.links[given.get("id", given["href"])] = given["href"]
        self._in_alert = given.get("role") == "alert"
        self._in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._in_alert = self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            return
        self.text += data
        if self._in_alert:
            self.alert += data


def visit(url: str) -> Page:
    return Page(httpx.get(url, trust_env=False))


def pay(url: str, number: str = GOOD, **more: str) -> httpx.Response:
    """Fill in the page's form and send it; redirects are left to the test."""
    return submit(visit(url), number, **more)


def submit(page: Page, number: str = GOOD, **more: str) -> httpx.Response:
    wanted = {
        "card_number": number,
        "card_expiry": "12 / 34",
        "card_cvc": "123",
        "card_name": "Zoé Marchand",
        "email": "zoe@example.fr",
    } | more
    filled = {name: wanted[name] for name in page.fields}
    assert page.method == "post"
    address = urljoin(str(page.answer.url), page.action)
    return httpx.post(address, data=filled, trust_env=False)
