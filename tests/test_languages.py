"""Which language a reader gets: of several wishes the first there are words in, else French."""

from __future__ import annotations

import pytest

from preau.languages import accepted, spoken


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        ([], "fr"),
        ([None, "", None], "fr"),
        (["en"], "en"),
        (["en-GB"], "en"),
        (["EN_us"], "en"),
        (["ar", "en", "fr"], "en"),
        (["fr-TN", "en"], "fr"),
        (["de", "ar-TN"], "fr"),
        (["english"], "fr"),
        (["*"], "fr"),
    ],
)
def test_the_first_language_there_are_words_in_is_spoken(
    wishes: list[str | None], language: str
) -> None:
    assert spoken(*wishes) == language


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, []),
        ("", []),
        ("en", ["en"]),
        ("en-GB,en;q=0.9,fr;q=0.8", ["en-GB", "en", "fr"]),
        ("fr;q=0.5, en", ["en", "fr"]),
        ("de ; q=0.3 , fr; Q=0.7", ["fr", "de"]),
        ("en;q=0, fr", ["fr"]),
        ("en;q=0.000, *", ["*"]),
        ("en;q=nan, fr;q=0.9", ["en", "fr"]),
        (",;, ", []),
    ],
)
def test_a_header_is_read_by_its_weights(header: str | None, wanted: list[str]) -> None:
    assert accepted(header) == wanted
