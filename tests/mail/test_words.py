"""Names, amounts, days and spaces, case by case."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.mail.dates import format_day, format_moment
from preau.mail.money import format_money
from preau.mail.names import person_name, sentence_part
from preau.mail.typography import french_spaces

NARROW, NBSP = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("amount", "currency", "french", "english"),
    [
        (149000, "EUR", f"1{NARROW}490,00{NBSP}€", "€1,490.00"),
        (5, "EUR", f"0,05{NBSP}€", "€0.05"),
        (0, "EUR", f"0,00{NBSP}€", "€0.00"),
        (-1250, "EUR", f"-12,50{NBSP}€", "-€12.50"),
        (123456789, "EUR", f"1{NARROW}234{NARROW}567,89{NBSP}€", "€1,234,567.89"),
        (450500, "TND", f"450,500{NBSP}TND", f"TND{NBSP}450.500"),
        (1000001, "TND", f"1{NARROW}000,001{NBSP}TND", f"TND{NBSP}1,000.001"),
        (1500, "JPY", f"1{NARROW}500{NBSP}JPY", f"JPY{NBSP}1,500"),
        (655957, "XOF", f"655{NARROW}957{NBSP}XOF", f"XOF{NBSP}655,957"),
        (9999, "USD", f"99,99{NBSP}$", "$99.99"),
    ],
)
def test_amounts_are_written_as_the_locale_does(
    amount: int, currency: str, french: str, english: str
) -> None:
    assert format_money(amount, currency, "fr") == french
    assert format_money(amount, currency, "en") == english


@pytest.mark.parametrize("amount", [1.0, "100", None, True])
def test_an_amount_that_is_no_whole_number_is_refused(amount: object) -> None:
    with pytest.raises(TypeError):
        format_money(amount, "EUR", "fr")  # type: ignore[arg-type] # what the test is about


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        ("2027-01-12", f"mardi 12{NBSP}janvier 2027", f"Tuesday 12{NBSP}January 2027"),
        ("2027-08-01", f"dimanche 1er{NBSP}août 2027", f"Sunday 1{NBSP}August 2027"),
        ("2028-02-29", f"mardi 29{NBSP}février 2028", f"Tuesday 29{NBSP}February 2028"),
    ],
)
def test_days_are_written_in_words(day: str, french: str, english: str) -> None:
    assert format_day(day, "fr") == french
    assert format_day(day, "en") == english


@pytest.mark.parametrize(
    ("moment", "zone", "french"),
    [
        ("2026-11-20T13:05:00+00:00", "Europe/Paris", "20 novembre 2026 à 14 h 05"),
        ("2026-07-01T13:05:09.123456+00:00", "Europe/Paris", "1er juillet 2026 à 15 h 05"),
        ("2026-12-31T23:30:00Z", "Europe/Paris", "1er janvier 2027 à 0 h 30"),
        ("2026-07-01T13:05:00+00:00", "Africa/Tunis", "1er juillet 2026 à 14 h 05"),
    ],
)
def test_moments_are_told_in_the_zone(moment: str, zone: str, french: str) -> None:
    assert format_moment(moment, ZoneInfo(zone), "fr").replace(NBSP, " ") == french


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("Élodie", "Élodie"),
        ("Jean-Pierre d’Aubigné", "Jean-Pierre d’Aubigné"),
        ("O'Brien", "O'Brien"),
        ("E\u0301lodie", "Élodie"),
        ("محمد علي", "محمد علي"),
        ("J.P.", "J. P."),
        ("Anne (Annie)", "Anne (Annie)"),
        ("  Zoé   Martin ", "Zoé Martin"),
        ("Bob\r\nBcc: x", "Bob Bcc x"),
        ("http://evil.example", ""),
        ("Bob https://evil.example/a?b Martin", "Bob Martin"),
        ("bob@example.org", ""),
        ("evil.example", "evil. example"),
        ("<script>", "script"),
        ("🎉🎉", ""),
        ("12345", ""),
        ("\x00\u202e", ""),
    ],
)
def test_names_are_names(name: str, cleaned: str) -> None:
    assert person_name(name) == cleaned


@given(st.text())
def test_no_name_holds_anything_a_mail_program_would_link(name: str) -> None:
    cleaned = person_name(name)
    assert not set(cleaned) & set('\r\n\t/:@<>"\\')
    assert len(cleaned) <= 80
    assert person_name(cleaned) == cleaned


@pytest.mark.parametrize(
    ("title", "cleaned"),
    [
        ("Node.js : les bases", "Node.js : les bases"),
        ("Big data: l’essentiel", "Big data: l’essentiel"),
        ("Moteur\u00a0: diagnostic", "Moteur\u00a0: diagnostic"),
        ("Ligne\nsuivante\tici", "Ligne suivante ici"),
        ("Voir https://evil.example maintenant", "Voir maintenant"),
        ("Écrire à x@evil.example", "Écrire à"),
    ],
)
def test_titles_keep_everything_but_addresses(title: str, cleaned: str) -> None:
    assert sentence_part(title) == cleaned


@pytest.mark.parametrize(
    ("plain", "french"),
    [
        ("Une question ? Oui !", f"Une question{NARROW}? Oui{NARROW}!"),
        ("Total : 5 ; fin", f"Total{NBSP}: 5{NARROW}; fin"),
        ("« mot »", f"«{NBSP}mot{NBSP}»"),
        ('{% if a != b %}style="a:b"', '{% if a != b %}style="a:b"'),
    ],
)
def test_french_spaces_are_put_where_they_belong(plain: str, french: str) -> None:
    assert french_spaces(plain) == french
