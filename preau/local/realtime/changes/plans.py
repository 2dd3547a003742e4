"""Bindings that have met the database: what a subscriber wants, in terms a change is held against.

All bindings of a subscriber are taken or none is. Error texts are supabase/realtime's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from preau.local.realtime.changes.bindings import ANY, Binding, Event
from preau.local.realtime.changes.conditions import Condition, TooCostly, compiled
from preau.local.realtime.changes.moment import Moment
from preau.local.realtime.changes.questions import Questions

REFUSAL = "Unable to subscribe to changes with given parameters. "


class SubscriptionRefused(Exception):  # noqa: N818 - the name of what happened
    """Nobody listens now; `text` is for the client. If `passing`, trying again may help."""

    def __init__(self, text: str, *, passing: bool) -> None:
        super().__init__(text)
        self.text = text
        self.passing = passing


@dataclass(frozen=True)
class Wanted:
    """One binding; equal ones of several subscribers are one question."""

    id: int
    event: Event
    schema: str
    table: str
    select: tuple[str, ...] | None
    conditions: tuple[Condition, ...]

    def covers(self, schema: str, table: str, action: str) -> bool:
        """Tell whether it is about an action on a table."""
        return (
            self.event in (ANY, action)
            and self.schema in (ANY, schema)
            and self.table in (ANY, table)
        )


async def made(
    questions: Questions, bindings: Sequence[Binding], role: str
) -> tuple[tuple[Wanted, ...], Moment]:
    """Return what each binding means for a role, and when. Raises `SubscriptionRefused`."""
    try:
        wanted = [await _wanted(questions, binding, role) for binding in bindings]
        return tuple(wanted), await questions.moment()
    except (psycopg.OperationalError, TimeoutError) as error:
        text = f"{REFUSAL}The database does not answer: {type(error).__name__}"
        raise SubscriptionRefused(text, passing=True) from error


async def _wanted(questions: Questions, binding: Binding, role: str) -> Wanted:
    tables = await questions.published(binding.schema, binding.table)
    if not tables:
        raise SubscriptionRefused(
            f"{REFUSAL}Please check Realtime is enabled for the given connect parameters: "
            f"{binding.described()}",
            passing=False,
        )
    relation = tables[0]["relation"]
    try:
        conditions = [await compiled(questions, relation, role, asked) for asked in binding.filters]
        if binding.select:
            await questions.selectable(relation, role, binding.select)
    except psycopg.OperationalError:
        raise
    except (psycopg.Error, TooCostly) as error:
        raise SubscriptionRefused(
            f"{REFUSAL}An exception happened so please check your connect parameters: "
            f"{binding.described()}. Exception: {_described(error)}",
            passing=False,
        ) from error
    return Wanted(
        binding.id,
        binding.event,
        binding.schema,
        binding.table,
        binding.select,
        tuple(conditions),
    )


def _described(error: psycopg.Error | TooCostly) -> str:
    """Return an error as Postgrex, upstream's driver, shows it."""
    if isinstance(error, TooCostly):
        return str(error)
    name = psycopg.errors.lookup(error.sqlstate).__name__ if error.sqlstate else "error"
    condition = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    return f"ERROR {error.sqlstate} ({condition}) {error.diag.message_primary}"
