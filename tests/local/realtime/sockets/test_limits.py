"""Limits that a stack changes, and rates that hold them."""

from __future__ import annotations

import pytest

from preau.errors import PreauError
from preau.local.realtime import limits
from preau.local.realtime.limits import Limits
from preau.local.realtime.rates import Rate


def test_nothing_said_leaves_every_limit_as_it_is() -> None:
    assert limits.read("") == limits.read("{}") == Limits()


def test_a_limit_is_changed_by_its_name() -> None:
    chosen = limits.read('{"channels_per_socket": 5, "silence_seconds": 1.5}')
    assert (chosen.channels_per_socket, chosen.silence_seconds) == (5, 1.5)
    assert chosen.frame_bytes == Limits().frame_bytes


@pytest.mark.parametrize("said", [True, False])
def test_public_access_is_switched_with_true_and_false(said: bool) -> None:
    assert limits.read(f'{{"private_only": {str(said).lower()}}}').private_only is said


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        ('{"chanels": 5}', "'chanels'"),
        ('{"connections": "5"}', "connections"),
        ('{"connections": true}', "connections"),
        ('{"connections": 1.5}', "connections"),
        ('{"connections": -1}', "connections"),
        ('{"silence_seconds": true}', "silence_seconds"),
        ('{"private_only": 1}', "private_only"),
        ('{"private_only": "true"}', "private_only"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(text: str, word: str) -> None:
    with pytest.raises(PreauError, match="PREAU_LOCAL_REALTIME") as caught:
        limits.read(text)
    assert word in caught.value.message
    assert "channels_per_socket" in (caught.value.hint or "")


def test_a_rate_allows_what_it_says_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("preau.local.realtime.rates.time.monotonic", lambda: now)
    rate = Rate(per_second=2, seconds=3)
    assert sum(rate.allows() for _ in range(10)) == 6
    now += 1.5
    assert sum(rate.allows() for _ in range(10)) == 3
    now += 60
    assert sum(rate.allows() for _ in range(10)) == 6


def test_a_rate_of_nothing_allows_everything() -> None:
    rate = Rate(per_second=0, seconds=60)
    assert all(rate.allows() for _ in range(1000))
