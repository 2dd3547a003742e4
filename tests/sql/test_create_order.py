from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.support import shop
from tests.support.database import Db, acting_as, column, forbidden, one, refused, rows, value
from tests.support.people import ANON, AURORA, MECA, NEXUS, Cast, admit
from tests.support.shop import order


def test_price_currency_and_academy_come_from_the_offer(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    assert (made["total_amount"], made["currency"], made["academy_id"]) == (69000, "EUR", MECA)
    assert (made["buyer_id"], made["beneficiary_id"]) == (cast.alice.id, cast.alice.id)
    assert (made["status"], made["paid_at"]) == ("pending", None)


def test_an_exempt_offer_has_no_tax_and_says_why(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    line = one(db, "select * from public.order_lines where order_id = %s", made["id"])
    assert (made["tax_amount"], line["tax_amount"], line["tax_rate"]) == (0, 0, 0)
    assert line["tax_note"] == "TVA non applicable, article 261-4-4° a du CGI"


def test_twenty_per_cent_are_contained_in_the_price(db: Db, cast: Cast) -> None:
    made = order(db, cast.dora, shop.ATELIER_OFFER)
    line = one(db, "select * from public.order_lines where order_id = %s", made["id"])
    assert (made["total_amount"], made["tax_amount"]) == (1900, 317)
    assert (line["total_amount"], line["tax_amount"], line["tax_rate"]) == (1900, 317, 20)


def test_dinars_are_counted_in_millimes(db: Db, cast: Cast) -> None:
    admit(db, cast.sarah, NEXUS, "student")
    made = order(db, cast.sarah, shop.GRAND_ORAL_OFFER)
    assert (made["total_amount"], made["currency"], made["academy_id"]) == (450000, "TND", NEXUS)


def test_the_line_copies_the_offer_as_it_was(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    db.execute("update public.offers set title = 'Plus beau', tax_note = null")
    line = one(db, "select * from public.order_lines where order_id = %s", made["id"])
    assert (line["title"], line["unit_amount"], line["quantity"]) == (
        "CAP Maintenance des véhicules",
        69000,
        1,
    )


def test_the_learner_pays_the_whole_share(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    payer = one(db, "select * from public.order_payers where order_id = %s", made["id"])
    assert (payer["kind"], payer["payer_id"], payer["share_amount"]) == (
        "learner",
        cast.alice.id,
        69000,
    )


def test_one_payment_waits_at_the_academys_own_account(db: Db, cast: Cast) -> None:
    made = order(db, cast.dora, shop.ATELIER_OFFER)
    slug = value(
        db,
        "select a.slug from public.payments as p"
        " join private.provider_accounts as a on a.id = p.provider_account_id"
        " where p.order_id = %s and p.status = 'pending' and p.amount = 1900",
        made["id"],
    )
    assert slug == "aurora50-stripe"


def test_an_order_is_logged_with_its_buyer(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    entry = one(db, "select actor_id, action, subject_id from public.audit_log")
    assert entry == {
        "actor_id": cast.alice.id,
        "action": "order.created",
        "subject_id": made["id"],
    }


def test_there_is_no_parameter_for_a_price_a_status_or_a_person(db: Db) -> None:
    names = column(
        db,
        "select unnest(proargnames) from pg_proc where oid in"
        " ('public.create_order'::regproc, 'public.enroll'::regproc)",
    )
    assert set(names) == {"offer_id", "formation_id", "cohort_id"}


@pytest.mark.parametrize("parameter", ["amount", "unit_amount", "status", "user_id", "academy_id"])
def test_naming_such_a_parameter_finds_no_function(db: Db, cast: Cast, parameter: str) -> None:
    call = psycopg.sql.SQL("select * from public.create_order(offer_id => %s, {} => 1)").format(
        psycopg.sql.Identifier(parameter)
    )
    with pytest.raises(psycopg.errors.UndefinedFunction), acting_as(db, cast.alice):
        db.execute(call, [shop.CAP_OFFER])


def test_an_offer_of_another_academy_is_not_found(db: Db, cast: Cast) -> None:
    with refused("offer_not_found", 404):
        order(db, cast.alice, shop.ATELIER_OFFER)
    assert rows(db, "select from public.orders") == []


@pytest.mark.parametrize("status", ["invited", "pending", "suspended", "left"])
def test_only_active_members_buy(db: Db, cast: Cast, status: str) -> None:
    admit(db, cast.sarah, MECA, "student", status=status)
    with refused("offer_not_found", 404):
        order(db, cast.sarah)


@pytest.mark.parametrize(
    "change",
    [
        "is_active = false",
        "valid_until = now() - interval '1 second', valid_from = null",
        "valid_from = now() + interval '1 minute', valid_until = null",
    ],
    ids=["withdrawn", "over", "not yet begun"],
)
def test_an_offer_is_bought_only_while_on_sale(db: Db, cast: Cast, change: Any) -> None:
    db.execute(psycopg.sql.SQL("update public.offers set {}").format(psycopg.sql.SQL(change)))
    with refused("offer_not_found", 404):
        order(db, cast.alice)


def test_an_unknown_offer_is_not_found(db: Db, cast: Cast) -> None:
    with refused("offer_not_found", 404):
        order(db, cast.alice, shop.CAP)


def test_a_free_offer_is_not_ordered(db: Db, cast: Cast) -> None:
    with refused("offer_is_free", 422):
        order(db, cast.alice, shop.FREE_OFFER)


def test_a_subscription_is_not_ordered(db: Db, cast: Cast) -> None:
    with refused("offer_is_a_subscription", 422):
        order(db, cast.dora, shop.PREMIUM_OFFER)


def test_an_academy_without_an_account_takes_no_orders(db: Db, cast: Cast) -> None:
    db.execute(
        "update private.provider_accounts set is_default = false where academy_id = %s", [AURORA]
    )
    with refused("payments_unavailable", 503):
        order(db, cast.dora, shop.ATELIER_OFFER)


def test_a_cohort_is_refused_where_the_offer_gives_no_formation(db: Db, cast: Cast) -> None:
    with refused("offer_has_no_cohort", 422):
        order(db, cast.garance, shop.COACHING_OFFER, shop.CAP_COHORT)


def test_anon_cannot_order(db: Db) -> None:
    with forbidden(), acting_as(db, ANON):
        rows(db, "select * from public.create_order(%s)", shop.CAP_OFFER)


def test_clicking_twice_gives_the_same_order(db: Db, cast: Cast) -> None:
    first = order(db, cast.alice, cohort=shop.CAP_COHORT)
    assert order(db, cast.alice, cohort=shop.CAP_COHORT) == first
    assert value(db, "select count(*) from public.payments") == 1


def test_clicking_twice_on_an_offer_without_formation_gives_the_same_order(
    db: Db, cast: Cast
) -> None:
    first = order(db, cast.garance, shop.COACHING_OFFER)
    assert order(db, cast.garance, shop.COACHING_OFFER) == first


@pytest.mark.parametrize(
    "change", ["amount = 70000", "currency = 'TND'", "kind = 'coaching'", "tax_rate = 20"]
)
def test_the_terms_of_an_ordered_offer_do_not_change(db: Db, cast: Cast, change: str) -> None:
    order(db, cast.alice)
    query = psycopg.sql.SQL("update public.offers set {} where id = %s")
    with refused("offer_has_orders", 409):
        db.execute(query.format(psycopg.sql.SQL(change)), [shop.CAP_OFFER])


def test_an_offer_nobody_ordered_may_get_another_price(db: Db, cast: Cast) -> None:
    order(db, cast.alice, shop.HYBRID_OFFER)
    db.execute("update public.offers set amount = 70000 where id = %s", [shop.CAP_OFFER])
    assert order(db, cast.alice)["total_amount"] == 70000


def test_another_price_is_another_offer_and_another_order(db: Db, cast: Cast) -> None:
    first = order(db, cast.alice)
    second = order(db, cast.alice, shop.make_offer(db, amount=70000))
    assert second["id"] != first["id"]
    assert second["total_amount"] == 70000
    assert shop.status_of(db, first["id"]) == "cancelled"


def test_a_formation_with_a_timetable_is_ordered_with_a_cohort(db: Db, cast: Cast) -> None:
    with refused("cohort_required", 422), acting_as(db, cast.alice):
        db.execute("select public.create_order(%s)", [shop.CAP_OFFER])
    assert rows(db, "select from public.orders") == []


def test_two_buyers_have_two_orders(db: Db, cast: Cast) -> None:
    assert order(db, cast.alice)["id"] != order(db, cast.bob)["id"]


def test_an_offer_that_names_a_formation_twice_is_one_seat(db: Db, cast: Cast) -> None:
    twice = shop.make_offer(db, grants=[shop.CAP, shop.CAP])
    made = order(db, cast.alice, twice, shop.CAP_COHORT)
    assert shop.status_of(db, made["id"]) == "pending"
    assert column(db, "select status from public.enrollments") == ["pending"]


def test_an_offer_may_give_several_formations(db: Db, cast: Cast) -> None:
    both = shop.make_offer(db, grants=[shop.CAP, shop.FREE, "forum"])
    made = order(db, cast.alice, both)
    held = column(db, "select formation_id from public.enrollments where order_id = %s", made["id"])
    assert set(held) == {shop.CAP, shop.FREE}
