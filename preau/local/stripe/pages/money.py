"""Amounts as a French reader expects them: `1 234,50 €`, three decimals for dinars."""

from __future__ import annotations

NARROW, NO_BREAK = "\u202f", "\u00a0"
SYMBOLS = {"eur": "€", "usd": "$US", "gbp": "£GB", "chf": "CHF", "cad": "$CA", "tnd": "TND"}
# docs.stripe.com/currencies: how many decimals the minor unit stands for, 2 where not named
NO_DECIMALS = "bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf"
THREE_DECIMALS = "bhd jod kwd omr tnd"


ENGLISH = {"eur": "€", "usd": "$", "gbp": "£"}


def english(amount: int, currency: str) -> str:
    """Return an amount in minor units as Stripe's error messages write it: `€470.00`."""
    decimals = _decimals(currency)
    text = f"{amount / 10**decimals:,.{decimals}f}"
    return f"{ENGLISH[currency]}{text}" if currency in ENGLISH else f"{text} {currency.upper()}"


def french(amount: int, currency: str) -> str:
    """Return an amount in minor units as French text, with breaks that don't break."""
    decimals = _decimals(currency)
    whole, rest = divmod(abs(amount), 10**decimals)
    grouped = f"{whole:,}".replace(",", NARROW)
    fraction = f",{rest:0{decimals}d}" if decimals else ""
    sign = "-" if amount < 0 else ""
    return f"{sign}{grouped}{fraction}{NO_BREAK}{SYMBOLS.get(currency, currency.upper())}"


def _decimals(currency: str) -> int:
    return 0 if currency in NO_DECIMALS.split() else 3 if currency in THREE_DECIMALS.split() else 2
