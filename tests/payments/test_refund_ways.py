"""Every way in which money goes back ends in the same, however the provider's events come.

The ways are rows of refund_ways.toml. Each is played with its events late, backwards and twice with
every `make test`, in three more modes with `make prove`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from preau.settings import Settings
from tests.payments.refund_page import PAGE, render
from tests.support.backoffice import BackOffice
from tests.support.buyers import Buyer
from tests.support.events import Desk, open_page
from tests.support.refund_ways import MODES, WAYS, Play
from tests.support.stack import Stack
from tests.support.standin import CARD_OK, Standin
from tests.workers.rig import private_queue
from tests.workers.test_refunds import HASTY

IN_CI = {"late and backwards"}


@pytest.fixture
async def office(
    stack: Stack, function_settings: Settings, faulty_standin: Standin
) -> AsyncIterator[BackOffice]:
    settings = function_settings.model_copy(update=HASTY | {"worker_retry_cap_seconds": 0.2})
    async with (
        private_queue(stack.db_url, max_attempts=15) as events,
        private_queue(stack.db_url) as refunds,
    ):
        yield BackOffice(Desk(events, settings), refunds, faulty_standin)


@pytest.fixture
async def admin(office: BackOffice, bob: Buyer) -> Buyer:
    await office.desk.queue.db.execute(
        "insert into public.member_roles (academy_id, user_id, role)"
        " select academy_id, user_id, 'admin' from public.members where user_id = %s"
        " on conflict do nothing",
        [bob.id],
    )
    return bob


@pytest.mark.parametrize(
    ("way", "mode"),
    [
        pytest.param(
            *(way, mode), id=f"{way}, {mode}", marks=[] if mode in IN_CI else [pytest.mark.prove]
        )
        for way, said in WAYS.items()
        for mode in said.get("only", MODES)
    ],
)
async def test_each_way_ends_as_the_table_says(
    office: BackOffice,
    functions: httpx.AsyncClient,
    buyer: Buyer,
    admin: Buyer,
    way: str,
    mode: str,
) -> None:
    said = WAYS[way]
    purchase = await open_page(functions, buyer)
    play = Play(office, purchase, admin, mode, said.get("card", CARD_OK))
    ended = await play.play(said["steps"])
    empty = {"refunds": [], "disputes": [], "mails": [], "confirmed": 1}
    assert ended == {k: v for k, v in (empty | said).items() if k in ended}
    assert play.letters == []


def test_the_page_is_the_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == render(page, WAYS), (
        "run `python -m tests.payments.refund_page` and commit what it writes"
    )
