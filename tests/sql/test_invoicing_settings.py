"""What an academy says of itself on its invoices: complete, plausible, key by key."""

from __future__ import annotations

import pytest
from psycopg.types.json import Jsonb

from tests.support.database import Db, value
from tests.support.invoices import SELLER

ASK = "select private.settings_fault(%s)"
TUNISIAN = {
    "legal_name": "Nexus",
    "address": "1 rue de Carthage",
    "postal_code": "1000",
    "city": "Tunis",
    "country": "TN",
    "tax_id": "1234567/A/M/000",
}


def fault(db: Db, invoicing: object) -> str | None:
    found: str | None = value(db, ASK, Jsonb({"invoicing": invoicing}))
    return found


@pytest.mark.parametrize(
    "said",
    [
        SELLER,
        TUNISIAN,
        SELLER | {"training_exempt": True, "is_placeholder": False, "number_digits": 6},
        SELLER | {"invoice_prefix": "FA", "credit_note_prefix": "AV", "since": "2026-01-01"},
        SELLER | {"tax_note": "Exonération de TVA – article 261-4-4° a du CGI"},
    ],
)
def test_a_seller_who_says_who_they_are_may_invoice(db: Db, said: dict[str, object]) -> None:
    assert fault(db, said) is None


@pytest.mark.parametrize("missing", ["legal_name", "address", "postal_code", "city", "siret"])
def test_what_the_law_asks_for_must_be_there(db: Db, missing: str) -> None:
    said = {key: told for key, told in SELLER.items() if key != missing}
    assert fault(db, said) == f"invoicing.{missing}"


def test_outside_of_france_a_tax_number_takes_the_place_of_the_siret(db: Db) -> None:
    said = {key: told for key, told in TUNISIAN.items() if key != "tax_id"}
    assert fault(db, said) == "invoicing.tax_id"


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("siret", "73282932000075"),
        ("siret", 73282932000074),
        ("legal_name", ""),
        ("legal_name", "a" * 161),
        ("legal_name", "a\nb"),
        ("country", "France"),
        ("vat_number", "FR 44"),
        ("training_exempt", "yes"),
        ("is_placeholder", 1),
        ("number_digits", 2),
        ("number_digits", 10),
        ("number_digits", "5"),
        ("invoice_prefix", "f/"),
        ("invoice_prefix", "../F"),
        ("since", "2026-13-01"),
        ("since", "2026-02-30"),
        ("email", "nobody"),
        ("unknown", "x"),
        ("address", None),
        ("city", {"a": 1}),
    ],
)
def test_a_value_that_is_none_is_named(db: Db, key: str, told: object) -> None:
    assert fault(db, SELLER | {key: told}) == f"invoicing.{key}"


def test_the_two_series_have_different_prefixes(db: Db) -> None:
    for same in ({"invoice_prefix": "A"}, {"credit_note_prefix": "F"}):
        assert fault(db, SELLER | same) == "invoicing.credit_note_prefix"


@pytest.mark.parametrize("said", ["x", 1, [], None, True])
def test_it_is_an_object(db: Db, said: object) -> None:
    assert fault(db, said) == "invoicing"


@pytest.mark.parametrize("key", ["unknown", "", "invoicing(jsonb); select 1", "a" * 100, 'x"y'])
def test_a_key_of_no_domain_is_at_fault_itself(db: Db, key: str) -> None:
    assert value(db, ASK, Jsonb({key: 1})) == key


def test_every_seeded_academy_says_who_sells_and_that_it_is_made_up(db: Db) -> None:
    marked = value(
        db,
        "select array_agg(distinct settings #> '{invoicing,is_placeholder}') from public.academies"
        " where slug in ('mecaformation', 'aurora50', 'nexus-reussite')",
    )
    assert marked == [True]
