"""What each template must be, for every academy and locale: the checks a new folder meets first."""

from __future__ import annotations

import re

import pytest

from preau.languages import LOCALES
from preau.mail import Academy, Branding, RenderedMail, render
from preau.mail.render import TEMPLATES
from tests.mail.contrast import Readability, contrast
from tests.mail.people import ELODIE, MECAFORMATION, NAMES, NEXUS, Page, sample
from tests.support.database import Db, column

AURORA = MECAFORMATION.model_copy(
    update={"slug": "aurora50", "name": "Aurora50", "branding": Branding(color="#8b5cf6")}
)
ACADEMIES = {academy.slug: academy for academy in (MECAFORMATION, AURORA, NEXUS)}
CLIPPED = 100_000  # bytes: Gmail cuts a longer one off, with the link to sign off
LEAVE = "https://x.example/functions/v1/unsubscribe/abc"
EACH = pytest.mark.parametrize(
    ("name", "locale", "slug"),
    [(name, locale, slug) for name in NAMES for locale in LOCALES for slug in ACADEMIES],
)


def written(name: str, locale: str, academy: Academy) -> RenderedMail:
    return render(name, locale, academy, ELODIE, sample(name))


@EACH
def test_it_is_whole_for_every_academy(name: str, locale: str, slug: str) -> None:
    academy = ACADEMIES[slug]
    mail = written(name, locale, academy)
    page = Page(mail.html)
    assert page.problems == []
    assert academy.name in mail.text
    assert academy.name in page.text
    assert len(mail.html.encode()) < CLIPPED
    assert len(mail.text.split()) > 20


@EACH
def test_it_can_be_read_by_day_and_by_night(name: str, locale: str, slug: str) -> None:
    html = written(name, locale, ACADEMIES[slug]).html
    for dark in (False, True):
        seen = Readability(html, dark=dark)
        assert seen.worst >= 4.5, f"{'dark' if dark else 'light'}: {seen.where}"


@EACH
def test_it_is_accessible(name: str, locale: str, slug: str) -> None:
    mail = written(name, locale, ACADEMIES[slug])
    page = Page(mail.html)
    tags = dict(page.attributes)
    assert tags["html"]["lang"] == locale
    assert re.search(r"<title>\s*\S", mail.html)
    metas = {a.get("name"): a.get("content") for tag, a in page.attributes if tag == "meta"}
    assert metas["color-scheme"] == "light dark"
    for tag, attributes in page.attributes:
        if tag == "img":
            assert attributes.get("alt") is not None
        if tag == "table" and attributes.get("role") != "presentation":
            assert "<th scope" in mail.html


@EACH
def test_a_bulk_mail_says_how_to_leave(name: str, locale: str, slug: str) -> None:
    data = {**sample(name), "unsubscribe_url": LEAVE}
    mail = render(name, locale, ACADEMIES[slug], ELODIE, data)
    assert LEAVE in mail.text
    assert LEAVE in Page(mail.html).addresses
    assert LEAVE not in written(name, locale, ACADEMIES[slug]).html


def test_every_template_has_its_facts_and_all_facts_a_template(db: Db) -> None:
    facts = column(
        db,
        "select substr(proname, length('mail_facts_') + 1) from pg_catalog.pg_proc"
        " where pronamespace = 'private'::regnamespace and proname like 'mail\\_facts\\_%%'",
    )
    assert sorted(facts) == NAMES


def test_what_is_said_of_a_template_is_of_one_there_is(db: Db) -> None:
    assert set(column(db, "select template from private.mail_templates")) <= set(NAMES)


def test_nothing_goes_into_a_page_unescaped() -> None:
    pages = [path for path in TEMPLATES.rglob("*.html") if "safe" in path.read_text()]
    assert pages == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("#ffffff", "#000000", 21), ("#777777", "#ffffff", 4.48), ("#1e40af", "#ffffff", 8.72)],
)
def test_contrast_is_wcags(one: str, other: str, expected: float) -> None:
    assert contrast(one, other) == pytest.approx(expected, abs=0.01)
