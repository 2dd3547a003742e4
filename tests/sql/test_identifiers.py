"""Numbers people type: telephone, SIRET, IBAN."""

from __future__ import annotations

import pytest

from tests.support.database import Db, acting_as, refused, value
from tests.support.people import Cast


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "FR", "+33612345678"),
        ("0033612345678", "TN", "+33612345678"),
        ("06.12.34.56.78", "FR", "+33612345678"),
        ("22 123 456", "TN", "+21622123456"),
        ("+216 22-123-456", "FR", "+21622123456"),
        ("0470 12 34 56", "BE", "+32470123456"),
        ("079 123 45 67", "CH", "+41791234567"),
        ("22 123 456", "FR", None),
        ("06 12 34 56", "FR", None),
        ("+33 06 12 34 56 78", "FR", None),
        ("+216 12 345 678", "TN", None),
        ("appelez le soir", "FR", None),
        ("+", "FR", None),
        ("+33612345678; drop", "FR", None),
    ],
)
def test_a_telephone_number_has_one_form(
    db: Db, typed: str, country: str, kept: str | None
) -> None:
    assert value(db, "select private.normal_phone(%s, %s)", typed, country) == kept


@pytest.mark.parametrize(
    ("set_first", "kept"), [("locale = 'fr'", None), ("locale = 'fr-TN'", "+21622123456"),
                            ("locale = 'fr', country = 'TN'", "+21622123456")]
)  # fmt: skip
def test_a_national_number_is_read_in_the_persons_country(
    db: Db, cast: Cast, set_first: str, kept: str | None
) -> None:
    change = f"update public.profile_details set {set_first}, phone = '22 123 456' returning phone"  # noqa: S608 - from the list above
    if kept is None:
        with refused("phone_invalid", 422), acting_as(db, cast.alice):
            db.execute(change.encode())
        return
    with acting_as(db, cast.alice):
        assert db.execute(change.encode()).fetchall() == [{"phone": kept}]


def test_a_number_from_before_stays_while_others_change(db: Db, cast: Cast) -> None:
    db.execute("alter table public.profile_details disable trigger normalise_new_phone")
    db.execute(
        "update public.profile_details set phone = 'le soir' where user_id = %s", [cast.alice.id]
    )
    db.execute("alter table public.profile_details enable trigger normalise_new_phone")
    with acting_as(db, cast.alice):
        db.execute("update public.profile_details set city = 'Lyon'")
        db.execute("update public.profile_details set phone = ' '")
        assert value(db, "select phone from public.profile_details") is None


@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("73282932000074", True),
        ("35600000000048", True),
        ("35600000049837", True),
        ("35600000049838", False),
        ("73282932000075", False),
        ("7328293200007", False),
        ("732829320000740", False),
        ("7328293200007A", False),
        ("", False),
    ],
)
def test_a_siret_adds_up(db: Db, number: str, right: bool) -> None:
    assert value(db, "select coalesce(private.is_siret(%s), false)", number) == right


@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("FR1420041010050500013M02606", True),
        ("TN5910006035183598478831", True),
        ("BE68539007547034", True),
        ("CH9300762011623852957", True),
        ("LU280019400644750000", True),
        ("DE89370400440532013000", True),
        ("ES9121000418450200051332", True),
        ("IT60X0542811101000000123456", True),
        ("PT50000201231234567890154", True),
        ("MC5811222000010123456789030", True),
        ("GB29NWBK60161331926819", True),
        ("TN591234567890123456789012", False),
        ("FR1420041010050500013M02607", False),
        ("DE8937040044053201300", False),
        ("fr1420041010050500013m02606", False),
        ("", False),
    ],
)
def test_an_iban_has_its_countrys_length_and_adds_up(db: Db, number: str, right: bool) -> None:
    assert value(db, "select private.is_iban(%s)", number) == right
