"""What is switched off of row changes: the log, filters, policies, and how rows are told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from preau.local.realtime.changes import feed, pictures, telling
from preau.local.realtime.changes.catalogue import Facts, Rights
from preau.local.realtime.changes.feed import Feed, SubscriptionRefused
from preau.local.realtime.changes.images import Image, Images, images
from preau.local.realtime.changes.pgoutput import Change
from preau.local.realtime.changes.pictures import Picture
from preau.local.realtime.changes.plans import made
from preau.local.realtime.changes.post import Post
from preau.local.realtime.changes.questions import Questions
from preau.local.realtime.changes.rows import Row
from preau.local.realtime.changes.telling import Telling
from preau.local.realtime.changes.visibility import Inquiry
from preau.local.realtime.changes.wal import Reader
from preau.local.realtime.claims import Caller
from tests.local.realtime.conformance.off import put


def old_rows_are_not_completed() -> None:
    def bare(change: Change) -> Images:
        found = images(change)
        return replace(found, old={}) if change.action == "UPDATE" else found

    put(telling, "images", bare)


def each_binding_has_a_message() -> None:
    send = Post.send

    def apart(post: Post, audience: Any, told: dict[str, Sequence[int]], since: int) -> int:
        pairs = [(data, one) for data, ids in told.items() for one in ids]
        return sum(send(post, audience, {data: [one]}, since) for data, one in pairs)

    put(Post, "send", apart)


def every_filter_holds() -> None:
    put(Picture, "meets", lambda _picture, _conditions: True)


def no_subscription_is_refused() -> None:
    async def lenient(questions: Questions, *arguments: Any) -> Any:
        try:
            return await made(questions, *arguments)
        except SubscriptionRefused:
            return (), await questions.moment()

    put(feed, "made", lenient)


def everybody_sees_every_row() -> None:
    put(Inquiry, "seen", lambda *_arguments: True)


def deletes_show_the_whole_row() -> None:
    words = Row._json

    def whole(row: Row, chosen: Any) -> str:
        return words(replace(row, facts=replace(row.facts, has_policies=False)), chosen)

    put(Row, "_json", whole)


def every_column_is_readable() -> None:
    rights = Facts.rights

    def all_of_them(facts: Facts, role: str) -> Rights:
        names = frozenset(name for name, _ in facts.columns)
        return replace(rights(facts, role), readable=names)

    put(Facts, "rights", all_of_them)


def select_is_ignored() -> None:
    data = Row.data
    put(Row, "data", lambda row, rights, _select: data(row, rights, None))


def deletes_are_asked_about() -> None:
    def asked(own: Telling, _change: Change, audience: Any) -> bool:
        rights = own._facts.rights(audience.caller.role)
        return own._facts.has_policies and not rights.bypasses

    put(Telling, "_is_asked", asked)


def values_are_texts() -> None:
    def texts(image: Image, _generated: object, _found: object) -> dict[str, str]:
        return {name: json.dumps(value) for name, value in image.items()}

    put(pictures, "_told", texts)


def changes_come_backwards() -> None:
    receive = Feed.receive

    async def backwards(own: Feed, changes: Sequence[Change]) -> None:
        await receive(own, changes[::-1])

    put(Feed, "receive", backwards)


def the_log_is_read_once() -> None:
    follow = Reader._follow
    lives: list[Reader] = []

    async def once(reader: Reader, *arguments: Any) -> None:
        if reader in lives:
            await asyncio.Event().wait()
        lives.append(reader)
        await follow(reader, *arguments)

    put(Reader, "_follow", once)


def claims_are_never_shared() -> None:
    def own(caller: Caller) -> tuple[str, str]:
        return caller.role, f"{caller.canonical}{id(caller)}"

    put(Caller, "key", property(own))
