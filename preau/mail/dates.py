"""Days and moments in words, in the academy's time zone, in French or English."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

_WEEKDAYS = {
    "fr": ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
_MONTHS = {
    "fr": [
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ],
    "en": [
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ],
}
_NBSP = "\u00a0"


def format_day(value: str, locale: str) -> str:
    """Return an ISO date (`2027-01-12`) as `mardi 12 janvier 2027`. Raises ValueError otherwise."""
    day = date.fromisoformat(value)
    return f"{_WEEKDAYS[locale][day.weekday()]} {_day_month_year(day, locale)}"


def format_date(day: date, locale: str) -> str:
    """Return a date as `12 janvier 2027`."""
    return _day_month_year(day, locale)


def format_moment(value: str, zone: ZoneInfo, locale: str) -> str:
    """Return an ISO moment as `20 novembre 2026 à 14 h 05`, in the zone.

    Raises ValueError for what is no moment, or one without an offset from UTC.
    """
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} has no offset from UTC")
    local = moment.astimezone(zone)
    day = _day_month_year(local.date(), locale)
    if locale == "en":
        return f"{day} at {local:%H:%M}"
    return f"{day} à {local.hour}{_NBSP}h{_NBSP}{local:%M}"


def _day_month_year(day: date, locale: str) -> str:
    number = "1er" if locale == "fr" and day.day == 1 else str(day.day)
    return f"{number}{_NBSP}{_MONTHS[locale][day.month - 1]} {day.year}"
