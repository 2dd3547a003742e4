"""docs/operations.md, "Going live": its statements do what it says, as they stand there."""

from __future__ import annotations

import re
import tomllib

import pytest

from preau.academies import AcademyFile
from preau.local.paths import PROJECT
from tests.support.database import Db, one, value
from tests.support.people import MECA, Cast, admit
from tests.support.shop import order

TEXT = (PROJECT / "docs" / "operations.md").read_text()
SECTION = TEXT.partition("### Going live")[2].partition("\n## ")[0]
CHANGE, SECOND = [
    block.replace("atelier-nord", "mecaformation")
    for block in re.findall(r"```sql\n(.*?)```", SECTION, re.DOTALL)
]
MODE = "select mode from private.provider_accounts where slug = 'mecaformation-stripe'"


def test_the_academy_of_the_page_takes_real_money() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    (account,) = AcademyFile.model_validate(tomllib.loads(block)).accounts
    assert account.mode == "live"


def test_an_account_nobody_ordered_through_becomes_live(db: Db) -> None:
    assert db.execute(CHANGE.encode()).rowcount == 1
    assert value(db, MODE) == "live"


def test_an_account_with_orders_stays_what_it_is(db: Db, cast: Cast) -> None:
    order(db, cast.alice)
    assert db.execute(CHANGE.encode()).rowcount == 0
    assert value(db, MODE) == "test"


def test_orders_begun_stay_with_the_first_account_and_new_ones_take_the_second(
    db: Db, cast: Cast
) -> None:
    admit(db, cast.dora, MECA, "student")
    begun = order(db, cast.alice)
    for statement in SECOND.split(";"):
        if statement.strip() not in {"begin", "commit", ""}:  # the test's transaction is its own
            db.execute(statement.encode())
    later = order(db, cast.dora)
    assert [_account(db, made["id"]) for made in (begun, later)] == [
        {"slug": "mecaformation-stripe", "mode": "test", "academy_id": MECA},
        {"slug": "mecaformation-live", "mode": "live", "academy_id": MECA},
    ]


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_no_key_of_the_api_may_change_accounts(db: Db, role: str) -> None:
    asked = "select has_any_column_privilege(%s, 'private.provider_accounts', 'insert, update')"
    assert value(db, asked, role) is False


def _account(db: Db, bought: object) -> dict[str, object]:
    return one(
        db,
        "select a.slug, a.mode, a.academy_id from public.payments as p"
        " inner join private.provider_accounts as a on a.id = p.provider_account_id"
        " where p.order_id = %s",
        bought,
    )
