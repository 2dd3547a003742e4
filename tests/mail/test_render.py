"""What rendering refuses, what it falls back to, and what nobody can smuggle into a mail."""

from __future__ import annotations

import pytest

from preau.errors import PermanentError
from preau.mail import Academy, Branding, Recipient, render
from tests.mail.people import ELODIE, MECAFORMATION, NAMES, Page, sample


@pytest.mark.parametrize(
    ("asked", "given"), [("fr-FR", "fr"), ("en_GB", "en"), ("EN", "en"), ("ar", "fr"), ("", "fr")]
)
def test_a_locale_without_templates_falls_back_to_french(asked: str, given: str) -> None:
    assert render("welcome", asked, MECAFORMATION, ELODIE, sample("welcome")).locale == given


@pytest.mark.parametrize("name", ["nothing", "layout", "../layout", "", "Welcome", "welcome/fr"])
def test_an_unknown_template_is_a_permanent_error(name: str) -> None:
    with pytest.raises(PermanentError, match="unknown_template"):
        render(name, "fr", MECAFORMATION, ELODIE, {})


@pytest.mark.parametrize(
    ("name", "missing"),
    # The layout prints the academy's own name; only the welcome's words need `academy_name`.
    [(n, key) for n in NAMES for key in sample(n) if key != "academy_name" or n == "welcome"],
)
def test_a_missing_variable_is_named_with_its_template(name: str, missing: str) -> None:
    data = {key: value for key, value in sample(name).items() if key != missing}
    with pytest.raises(PermanentError) as caught:
        render(name, "fr", MECAFORMATION, ELODIE, data)
    assert caught.value.code == "template_variable_missing"
    assert name in caught.value.message
    assert missing in caught.value.message


def test_a_variable_missing_inside_a_line_is_named() -> None:
    data = {**sample("payment_confirmed"), "lines": [{"title": "x", "quantity": 1}]}
    with pytest.raises(PermanentError, match="needs amount"):
        render("payment_confirmed", "fr", MECAFORMATION, ELODIE, data)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("payment_confirmed", {"amount": 12.5}),
        ("payment_confirmed", {"amount": "1200"}),
        ("payment_confirmed", {"currency": "euro"}),
        ("payment_confirmed", {"paid_at": "yesterday"}),
        ("payment_confirmed", {"paid_at": "2026-11-20T13:05:00"}),
        ("payment_confirmed", {"lines": None}),
        ("enrollment_confirmed", {"cohort_starts_on": "12/01/2027"}),
        ("enrollment_confirmed", {"formation_url": "/formations/x"}),
        ("enrollment_confirmed", {"formation_url": "javascript:alert(1)"}),
        ("enrollment_confirmed", {"formation_url": "https://u:p@evil.example/"}),
        ("enrollment_confirmed", {"formation_url": 'https://example.org/"onclick="x'}),
    ],
)
def test_data_that_is_not_what_it_should_be_is_a_permanent_error(
    name: str, change: dict[str, object]
) -> None:
    with pytest.raises(PermanentError, match="template_data_invalid"):
        render(name, "fr", MECAFORMATION, ELODIE, {**sample(name), **change})


@pytest.mark.parametrize(
    "hostile",
    [
        "Bob\r\nBcc: victim@example.org",
        "Gagnez 500 € sur http://evil.example/x",
        "evil.example",
        "www.evil.example",
        "Bob <a href='https://evil.example'>cliquez</a>",
        "bob@evil.example",
        "ｅｖｉｌ．ｅｘａｍｐｌｅ",
        "evil。example",
        "\u202eelpmaxe.live",
        "{{ academy.sender_email }}",
        "{% include 'layout/base.html' %}",
        "x" * 5000,
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_first_name_leaves_no_address_and_no_header(name: str, hostile: str) -> None:
    mail = render(name, "fr", MECAFORMATION, ELODIE, {**sample(name), "first_name": hostile})
    page = Page(mail.html)
    for text in (mail.subject, mail.text, mail.html):
        assert "evil.example" not in text
        assert "evil。example" not in text
        assert "@" not in text.replace("@media", "")
        assert "\u202e" not in text
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert page.problems == []
    assert all("mecaformation.example" in address for address in page.addresses)
    assert len(mail.text) < 2000


def test_a_title_keeps_its_marks_but_not_its_markup_or_addresses() -> None:
    title = "C++ & <b>Node.js</b> : l’essentiel – voir http://evil.example"
    data = {**sample("enrollment_confirmed"), "formation_title": title}
    mail = render("enrollment_confirmed", "fr", MECAFORMATION, ELODIE, data)
    assert mail.subject == "Inscription confirmée – C++ & <b>Node.js</b> : l’essentiel – voir"
    assert "C++ &amp; &lt;b&gt;Node.js&lt;/b&gt;" in mail.html
    assert "evil" not in mail.html
    assert Page(mail.html).problems == []


def test_a_subject_with_markup_stays_text_in_the_title_of_the_page() -> None:
    data = {**sample("payment_confirmed"), "order_reference": "</title><script>alert(1)</script>"}
    mail = render("payment_confirmed", "fr", MECAFORMATION, ELODIE, data)
    assert "<script" not in mail.html


def academy(**branding: object) -> Academy:
    look = Branding.model_validate(branding)
    return MECAFORMATION.model_copy(update={"branding": look})


@pytest.mark.parametrize(
    ("color", "on_color"), [("#1e40af", "#ffffff"), ("#facc15", "#000000"), ("#ffffff", "#000000")]
)
def test_words_on_the_academys_colour_can_be_read(color: str, on_color: str) -> None:
    look = Branding(color=color)
    assert look.on_color == on_color
    assert (
        f"color:{on_color}"
        in render("welcome", "fr", academy(color=color), ELODIE, sample("welcome")).html
    )


@pytest.mark.parametrize(
    "color", [None, "blue", "#fff", "red;background:url(https://evil.example)"]
)
def test_a_colour_that_is_none_is_replaced(color: object) -> None:
    assert Branding.model_validate({"color": color}).color == "#334155"


@pytest.mark.parametrize(
    ("logo", "shown"),
    [
        ("https://cdn.example/logo.png", True),
        ("http://127.0.0.1:54321/storage/v1/logo.png", True),
        ("http://cdn.example/logo.png", False),
        ("data:image/png;base64,AAAA", False),
        ("/logo.png", False),
        (None, False),
    ],
)
def test_the_logo_is_shown_where_it_can_be_and_else_the_name(logo: object, shown: bool) -> None:
    mail = render("welcome", "fr", academy(logo_url=logo), ELODIE, sample("welcome"))
    images = [attributes for tag, attributes in Page(mail.html).attributes if tag == "img"]
    assert [image["alt"] for image in images] == (["MécaFormation"] if shown else [])


def test_a_recipient_without_a_name_is_welcome() -> None:
    assert Recipient.model_validate({"email": "a@example.org", "name": None}).name == ""
