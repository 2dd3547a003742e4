"""Amounts in words of a locale: `149000, EUR` is `1 490,00 €` in French, `€1,490.00` in English.

Separators and symbols as Unicode CLDR has them, so that mails agree with `Intl.NumberFormat` in a
front end: French groups with U+202F and puts U+00A0 before the symbol.
"""

from __future__ import annotations

import re

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF", "TND": "TND"}
# ISO 4217 minor units that are not 2.
_NO_DECIMALS = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
_THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def minor_digits(currency: str) -> int:
    """Return how many decimals a currency has. Raises ValueError for what is no ISO 4217 code."""
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise ValueError(f"{currency!r} is not an ISO 4217 currency code")
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def format_money(amount: int, currency: str, locale: str) -> str:
    """Return an amount of minor units (cents, millimes) for a reader of `fr` or `en`.

    Raises TypeError for an amount that is not a whole number: a float is a mistake upstream.
    """
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise TypeError(f"an amount is a whole number of minor units, not {amount!r}")
    digits = minor_digits(currency)
    whole, rest = divmod(abs(amount), 10**digits)
    sign = "-" if amount < 0 else ""
    symbol = _SYMBOLS.get(currency, currency)
    if locale == "en":
        fraction = f".{rest:0{digits}d}" if digits else ""
        space = "\u00a0" if len(symbol) > 1 else ""
        return f"{sign}{symbol}{space}{whole:,}{fraction}"
    fraction = f",{rest:0{digits}d}" if digits else ""
    return f"{sign}{whole:,}".replace(",", "\u202f") + f"{fraction}\u00a0{symbol}"
