"""Amounts in French."""

from __future__ import annotations

import pytest

from preau.local.stripe.pages.money import french


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (0, "eur", "0,00\u00a0€"),
        (5, "eur", "0,05\u00a0€"),
        (149000, "eur", "1\u202f490,00\u00a0€"),
        (123456789, "usd", "1\u202f234\u202f567,89\u00a0$US"),
        (1500, "jpy", "1\u202f500\u00a0JPY"),
        (47500, "tnd", "47,500\u00a0TND"),
        (-250, "eur", "-2,50\u00a0€"),
    ],
)
def test_an_amount_is_written_as_in_france(amount: int, currency: str, text: str) -> None:
    assert french(amount, currency) == text
