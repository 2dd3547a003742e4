"""The agenda: what will happen by itself, by the stand-in's clock, in the order it falls due.

A refund that is pending, a direct debit that a bank still has to answer, a session whose time
runs out: each is an entry here. Every transaction first plays what is due, each at its own time,
so that a clock advanced by a month tells the same story as a month of waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from preau.local.stripe.accounts import Accounts
from preau.local.stripe.context import Context
from preau.local.stripe.store import Transaction, dump

Action = Callable[[Context, str], None]


def plan(context: Context, seconds: int, action: str, object_id: str) -> None:
    """Have `action` happen to an object in so many seconds of the stand-in's clock."""
    context.tx.run(
        "plan_action",
        account=context.account.account,
        at=context.now + seconds,
        action=action,
        object_id=object_id,
    )


def play(
    tx: Transaction, accounts: Accounts, now: int, base_url: str, actions: Mapping[str, Action]
) -> None:
    """Play all that is due, oldest first; what an action plans may be due at once."""
    known = dump([account.account for account in accounts])
    while (due := tx.row("next_action", now=now, accounts=known)) is not None:
        account = accounts.by_id(due["account"])
        assert account is not None  # noqa: S101 the query asks for known accounts only
        tx.run("forget_action", seq=due["seq"])
        context = Context(account=account, tx=tx, now=due["at"], base_url=base_url)
        actions[due["action"]](context, due["object_id"])
