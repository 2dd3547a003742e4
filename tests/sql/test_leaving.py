"""Leaving, removal, suspension: access ends at the next query, what was learnt and paid stays."""

from __future__ import annotations

from functools import partial
from typing import Any, LiteralString
from uuid import UUID, uuid4

import pytest

from tests.support import shop
from tests.support.database import Db, acting_as, column, forbidden, one, refused, rows, value
from tests.support.people import ANON, AURORA, MECA, Cast, Person, admit, gather, sign_up
from tests.support.races import at_once, codes

CALLS: dict[str, LiteralString] = {
    "remove_member": "select * from public.remove_member(%s, %s)",
    "suspend_member": "select * from public.suspend_member(%s, %s)",
    "reinstate_member": "select * from public.reinstate_member(%s, %s)",
}
ENDS = {"remove_member": "left", "suspend_member": "suspended"}
PRIVATE = ("orders", "order_lines", "payments", "enrollments", "entitlements", "email_messages")


def call(db: Db, actor: Person, name: str, target: UUID, academy: UUID = MECA) -> dict[str, Any]:
    with acting_as(db, actor):
        return one(db, CALLS[name], academy, target)


def leave(db: Db, actor: Person, academy: UUID = MECA) -> dict[str, Any]:
    with acting_as(db, actor):
        return one(db, "select * from public.leave_academy(%s)", academy)


def status(db: Db, person: Person, academy: UUID = MECA) -> str:
    found: str = value(
        db,
        "select status from public.members where academy_id = %s and user_id = %s",
        academy,
        person.id,
    )
    return found


def visible(db: Db, person: Person) -> int:
    """How many private rows somebody sees with the token they have had all along."""
    with acting_as(db, person):
        return sum(len(rows(db, f"select from public.{table}")) for table in PRIVATE)


def end(db: Db, cast: Cast, how: str) -> None:
    if how == "leave_academy":
        leave(db, cast.alice)
    else:
        call(db, cast.adele, how, cast.alice.id)


@pytest.mark.parametrize("how", ["leave_academy", "remove_member", "suspend_member"])
def test_an_old_token_sees_nothing_afterwards(db: Db, cast: Cast, how: str) -> None:
    shop.enroll(db, cast.alice)
    shop.order(db, cast.alice)
    before = visible(db, cast.alice)
    end(db, cast, how)
    assert (before > 4, visible(db, cast.alice)) == (True, 0)
    with acting_as(db, cast.alice):
        assert value(db, "select private.my_academies()") == []


@pytest.mark.parametrize("how", ["leave_academy", "remove_member"])
def test_the_roles_go_and_the_enrolments_stay(db: Db, cast: Cast, how: str) -> None:
    enrolled = shop.enroll(db, cast.alice)
    end(db, cast, how)
    assert status(db, cast.alice) == "left"
    assert rows(db, "select from public.member_roles where user_id = %s", cast.alice.id) == []
    assert one(db, "select id, status from public.enrollments") == {
        "id": enrolled["id"],
        "status": "active",
    }


@pytest.mark.parametrize("how", ["leave_academy", "remove_member", "suspend_member"])
def test_what_was_not_paid_is_given_back(db: Db, cast: Cast, how: str) -> None:
    cohort = shop.make_cohort(db, 1)
    made = shop.order(db, cast.alice, cohort=cohort)
    kept = shop.order(db, cast.bob)
    end(db, cast, how)
    assert shop.status_of(db, made["id"]) == "cancelled"
    assert shop.status_of(db, kept["id"]) == "pending"
    assert value(db, "select private.seats_left(%s)", cohort) == 1
    assert column(db, "select status from public.payments where order_id = %s", made["id"]) == [
        "cancelled"
    ]


def test_a_paid_order_stays_paid(db: Db, cast: Cast) -> None:
    made = shop.order(db, cast.alice)
    shop.report(db, shop.open_page(db, made["id"], cast.alice).session())
    leave(db, cast.alice)
    assert shop.status_of(db, made["id"]) == "paid"


def test_nobody_who_left_can_order(db: Db, cast: Cast) -> None:
    leave(db, cast.alice)
    with refused("offer_not_found", 404):
        shop.order(db, cast.alice)


def test_leaving_one_academy_leaves_the_other_alone(db: Db, cast: Cast) -> None:
    admit(db, cast.alice, AURORA, "student")
    leave(db, cast.alice)
    with acting_as(db, cast.alice):
        assert value(db, "select private.my_academies()") == [AURORA]


def test_suspension_pauses_the_roles_and_reinstating_brings_them_back(db: Db, cast: Cast) -> None:
    call(db, cast.adele, "suspend_member", cast.armand.id)
    with acting_as(db, cast.armand):
        assert value(db, "select private.my_staff_academies()") == []
    assert call(db, cast.adele, "reinstate_member", cast.armand.id)["status"] == "active"
    with acting_as(db, cast.armand):
        assert value(db, "select private.my_staff_academies()") == [MECA]


@pytest.mark.parametrize(
    "name", ["bob", "garance", "colette", "armand", "dora", "auguste", "nadia", "sarah"]
)
@pytest.mark.parametrize("how", CALLS)
def test_nobody_but_an_admin_of_the_academy_does_it(
    db: Db, cast: Cast, name: str, how: str
) -> None:
    with refused("admin_required", 403):
        call(db, getattr(cast, name), how, cast.alice.id)
    assert status(db, cast.alice) == "active"


def test_anon_does_nothing(db: Db, cast: Cast) -> None:
    for query in CALLS.values():
        with forbidden(), acting_as(db, ANON):
            db.execute(query, [MECA, cast.alice.id])
    with forbidden(), acting_as(db, ANON):
        db.execute("select public.leave_academy(%s)", [MECA])


@pytest.mark.parametrize("how", CALLS)
def test_an_admin_reaches_nobody_elsewhere(db: Db, cast: Cast, how: str) -> None:
    for target in (cast.dora.id, uuid4()):
        with refused("member_not_found", 404):
            call(db, cast.adele, how, target)


def test_a_stranger_leaves_nothing(db: Db, cast: Cast) -> None:
    for person, academy in ((cast.sarah, MECA), (cast.alice, AURORA), (cast.alice, uuid4())):
        with refused("member_not_found", 404):
            leave(db, person, academy)


@pytest.mark.parametrize("how", ["leave_academy", *ENDS])
def test_the_last_admin_stays(db: Db, cast: Cast, how: str) -> None:
    with refused("last_admin", 409):
        if how == "leave_academy":
            leave(db, cast.adele)
        else:
            call(db, cast.adele, how, cast.adele.id)
    assert status(db, cast.adele) == "active"


def test_leaving_does_not_end_a_suspension(db: Db, cast: Cast) -> None:
    call(db, cast.adele, "suspend_member", cast.alice.id)
    with refused("member_suspended", 403):
        leave(db, cast.alice)
    assert status(db, cast.alice) == "suspended"


def test_somebody_who_left_is_not_reinstated_or_suspended(db: Db, cast: Cast) -> None:
    leave(db, cast.alice)
    with refused("member_not_suspended", 409):
        call(db, cast.adele, "reinstate_member", cast.alice.id)
    with refused("member_has_left", 409):
        call(db, cast.adele, "suspend_member", cast.alice.id)


def test_each_end_is_logged_once_with_its_actor(db: Db, cast: Cast) -> None:
    for how in ("suspend_member", "reinstate_member", "remove_member"):
        for _ in range(2 if how != "remove_member" else 1):
            call(db, cast.adele, how, cast.alice.id)
    for _ in range(2):
        leave(db, cast.bob)
    assert rows(db, "select actor_id, action, subject_id from public.audit_log order by id") == [
        {"actor_id": cast.adele.id, "action": f"member.{verb}", "subject_id": cast.alice.id}
        for verb in ("suspended", "reinstated", "removed")
    ] + [{"actor_id": cast.bob.id, "action": "member.left", "subject_id": cast.bob.id}]


@pytest.mark.parametrize("how", ["leave", "remove", "suspend"])
@pytest.mark.parametrize("run", range(3))
def test_two_admins_ending_at_once_leave_one(fresh: Db, url: str, how: str, run: int) -> None:
    cast = gather(fresh)
    admit(fresh, cast.sarah, MECA, "admin")

    def act(by: Person, of: Person, conn: Db) -> None:
        if how == "leave":
            leave(conn, by)
        else:
            call(conn, by, f"{how}_member", of.id)

    pair = [partial(act, cast.adele, cast.sarah), partial(act, cast.sarah, cast.adele)]
    assert codes(at_once(url, pair)) == ["last_admin" if how == "leave" else "admin_required"]
    assert sorted([status(fresh, cast.adele), status(fresh, cast.sarah)])[0] == "active"
    assert sorted([status(fresh, cast.adele), status(fresh, cast.sarah)])[1] != "active"


@pytest.mark.parametrize("run", range(3))
def test_ordering_while_being_removed_leaves_no_seat_held(fresh: Db, url: str, run: int) -> None:
    cast, cohort = gather(fresh), shop.make_cohort(fresh, 1)

    def order(conn: Db) -> None:
        shop.order(conn, cast.alice, cohort=cohort)

    def remove(conn: Db) -> None:
        call(conn, cast.adele, "remove_member", cast.alice.id)

    assert codes(at_once(url, [order, remove])) in ([], ["offer_not_found"])
    assert value(fresh, "select private.seats_left(%s)", cohort) == 1
    assert rows(fresh, "select from public.orders where status = 'pending'") == []


def test_somebody_removed_may_join_an_open_academy_again_as_a_student(db: Db, cast: Cast) -> None:
    mallory = sign_up(db, "Mallory")
    admit(db, mallory, MECA, "coach")
    call(db, cast.adele, "remove_member", mallory.id)
    with acting_as(db, mallory):
        rows(db, "select * from public.join_academy('mecaformation')")
    assert column(
        db, "select role::text from public.member_roles where user_id = %s", mallory.id
    ) == ["student"]
