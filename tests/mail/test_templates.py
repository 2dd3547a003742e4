"""Every template, in every locale, with its own sample: whole, safe, light, well set."""

from __future__ import annotations

import re

import pytest

from preau.languages import LOCALES
from preau.mail import RenderedMail, render
from preau.mail.render import TEMPLATES
from tests.mail.people import ELODIE, MECAFORMATION, NAMES, NEXUS, Page, sample

EACH = pytest.mark.parametrize(
    ("name", "locale"), [(name, locale) for name in NAMES for locale in LOCALES]
)


def written(name: str, locale: str) -> RenderedMail:
    return render(name, locale, MECAFORMATION, ELODIE, sample(name))


def test_the_templates_of_the_first_journey_are_here() -> None:
    assert {"welcome", "payment_confirmed", "enrollment_confirmed"} <= set(NAMES)


@EACH
def test_a_mail_has_subject_text_and_html(name: str, locale: str) -> None:
    mail = written(name, locale)
    assert mail.locale == locale
    assert 5 < len(mail.subject) < 100
    assert mail.subject.isprintable() or "\u202f" in mail.subject
    assert "Élodie" in mail.text
    assert "Élodie" in mail.html
    assert "MécaFormation" in mail.text


@EACH
def test_the_html_is_balanced_and_light(name: str, locale: str) -> None:
    mail = written(name, locale)
    assert Page(mail.html).problems == []
    assert len(mail.html.encode()) < 60_000
    assert "{{" not in mail.html + mail.text
    assert "None" not in mail.html + mail.text


@EACH
def test_every_link_is_absolute_and_in_the_text_too(name: str, locale: str) -> None:
    mail = written(name, locale)
    addresses = Page(mail.html).addresses
    assert addresses
    assert all(address.startswith("https://") for address in addresses)
    assert all(address in mail.text for address in addresses)


@EACH
def test_a_screen_reader_gets_its_language_and_layout(name: str, locale: str) -> None:
    page = Page(written(name, locale).html)
    assert dict(page.attributes)["html"]["lang"] == locale
    tables = [attributes for tag, attributes in page.attributes if tag == "table"]
    headings = [tag for tag, attributes in page.attributes if tag == "th" and "scope" in attributes]
    real_tables = [attributes for attributes in tables if attributes.get("role") != "presentation"]
    assert bool(headings) == bool(real_tables)
    assert "prefers-color-scheme: dark" in written(name, locale).html


@pytest.mark.parametrize("name", NAMES)
def test_french_has_french_spaces_and_apostrophes(name: str) -> None:
    mail = written(name, "fr")
    for text in (mail.subject, mail.text, Page(mail.html).text):
        assert not re.search(r"[^\S\u202f][?!;](\s|$)", text)
        assert not re.search(r"[^\S\u00a0]:(\s|$)", text)
        assert not re.search(r"«[^\u00a0]|[^\u00a0]»", text)
        assert "'" not in text


@pytest.mark.parametrize("name", NAMES)
def test_french_says_vous(name: str) -> None:
    words = set(re.findall(r"\w+", written(name, "fr").text.lower()))
    assert words & {"vous", "votre", "vos"}
    assert not words & {"tu", "ton", "ta", "tes", "toi"}


@pytest.mark.parametrize("name", NAMES)
def test_english_is_english(name: str) -> None:
    words = set(re.findall(r"\w+", written(name, "en").text.lower()))
    assert not words & {"vous", "votre", "bonjour", "bientôt"}


@EACH
def test_without_a_first_name_the_greeting_still_reads(name: str, locale: str) -> None:
    mail = render(name, locale, MECAFORMATION, ELODIE, {**sample(name), "first_name": ""})
    assert mail.text.startswith(("Bonjour,\n", "Hello,\n"))


@EACH
def test_without_a_reply_address_no_reply_is_invited(name: str, locale: str) -> None:
    mail = render(name, locale, NEXUS, ELODIE, sample(name))
    assert "Répondez" not in mail.text + mail.html
    assert "reply" not in mail.text + mail.html


def test_the_payment_shows_lines_total_and_moment() -> None:
    mail = written("payment_confirmed", "fr")
    for shown in ("1\u202f490,00\u00a0€", "Support imprimé × 2", "1\u202f540,00\u00a0€"):
        assert shown in mail.text
        assert shown in mail.html
    assert "20\u00a0novembre 2026 à 14\u00a0h\u00a005" in mail.text


def test_the_payment_is_told_in_the_academys_time_zone() -> None:
    mail = render("payment_confirmed", "fr", NEXUS, ELODIE, sample("payment_confirmed"))
    assert "à 14\u00a0h\u00a005" in mail.text
    tokyo = NEXUS.model_copy(update={"timezone": "Asia/Tokyo"})
    mail = render("payment_confirmed", "en", tokyo, ELODIE, sample("payment_confirmed"))
    assert "20\u00a0November 2026 at 22:05" in mail.text


def test_dinars_have_three_decimals() -> None:
    data = {**sample("payment_confirmed"), "currency": "TND", "amount": 450_500}
    assert "450,500\u00a0TND" in render("payment_confirmed", "fr", NEXUS, ELODIE, data).text


def test_an_enrolment_without_a_cohort_starts_now() -> None:
    data = {**sample("enrollment_confirmed"), "cohort_starts_on": None}
    mail = render("enrollment_confirmed", "fr", MECAFORMATION, ELODIE, data)
    assert "dès maintenant" in mail.text
    assert "session" not in mail.text


@pytest.mark.parametrize(("count", "words"), [(0, None), (1, "notre formation"), (2, "formations")])
def test_the_welcome_counts_the_formations(count: int, words: str | None) -> None:
    data = {**sample("welcome"), "formation_count": count}
    text = render("welcome", "fr", MECAFORMATION, ELODIE, data).text
    assert (words in text) if words else ("notre site" not in text)


def test_each_folder_has_all_its_files() -> None:
    for name in NAMES:
        for locale in LOCALES:
            files = {path.name for path in (TEMPLATES / name / locale).iterdir()}
            assert files == {"subject.txt", "text.txt", "html.html"}


@pytest.mark.parametrize(("locale", "lost"), [("fr", "perdu"), ("en", "lost")])
def test_only_a_dispute_is_said_to_be_lost_without_an_answer(locale: str, lost: str) -> None:
    data = sample("dispute_opened")
    asks, holds = (
        render("dispute_opened", locale, MECAFORMATION, ELODIE, data | {"is_inquiry": is_inquiry})
        for is_inquiry in (True, False)
    )
    assert lost in holds.text
    assert lost in holds.html
    assert lost not in asks.text + asks.html
    assert asks.subject != holds.subject


@pytest.mark.parametrize(("locale", "refused"), [("fr", "refusé"), ("en", "refused")])
def test_of_a_refund_given_up_no_provider_is_blamed(locale: str, refused: str) -> None:
    data = sample("refund_failed") | {"was_refused": True}
    given_up, declined = (
        render("refund_failed", locale, MECAFORMATION, ELODIE, data | {"failure_code": code})
        for code in ("given_up", "charge_disputed")
    )
    assert refused in declined.text
    assert refused not in given_up.text + given_up.html
    assert "given_up" not in given_up.text + given_up.html
