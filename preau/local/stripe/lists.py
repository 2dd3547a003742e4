"""Lists as Stripe pages them: newest first, cursors, `has_more`.

Source: docs.stripe.com/api/pagination.
"""

from __future__ import annotations

from typing import Any

from preau.local.stripe import errors
from preau.local.stripe.context import Call
from preau.local.stripe.errors import Json
from preau.local.stripe.store import dump, load

DEFAULT, MOST = 10, 100
CURSORS = "limit starting_after ending_before created"


def listing(
    call: Call,
    kind: str,
    url: str,
    filters: dict[str, Any] | None = None,
    *,
    among: list[str] | None = None,
    among_path: str | None = None,
    delivered: bool | None = None,
    since: int | None = None,
) -> Json:
    """Return one page of the account's objects.

    `filters` maps SQLite JSON paths to wanted values; None values are left out. `among` keeps
    objects whose value at `among_path` is one of several; a `*` in it stands for anything. Nothing
    older than `since` is returned.
    """
    limit = page_size(call.params)
    created = call.params.get("created")
    span = created if isinstance(created, dict) else {"gte": created, "lte": created}
    after, before = (_cursor(call, kind, name) for name in ("starting_after", "ending_before"))
    oldest = [at for at in (span.get("gte"), since) if at is not None]
    rows = call.tx.rows(
        "page_of_objects",
        account=call.account.account,
        object=kind,
        after=after,
        before=before,
        gt=span.get("gt"),
        gte=max(oldest, default=None),
        lt=span.get("lt"),
        lte=span.get("lte"),
        filters=dump({k: v for k, v in (filters or {}).items() if v is not None}),
        among=None if among is None else dump([_pattern(wanted) for wanted in among]),
        among_path=among_path,
        delivered=None if delivered is None else int(delivered),
        limit=limit + 1,
    )
    data = [load(row["body"]) for row in rows[:limit]]
    return envelope(url, data[::-1] if before is not None else data, has_more=len(rows) > limit)


def envelope(url: str, data: list[Json], *, has_more: bool = False) -> Json:
    """Return a list object."""
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def page_size(params: Json) -> int:
    """Return the wanted size of a page, 1 to 100."""
    limit = int(params.get("limit", DEFAULT))
    bound = "less than or equal to 100" if limit > MOST else "greater than or equal to 1"
    if not 1 <= limit <= MOST:
        raise errors.invalid_integer("limit", f"This value must be {bound}.")
    return limit


def _cursor(call: Call, kind: str, name: str) -> int | None:
    identifier = call.params.get(name)
    if identifier is None:
        return None
    row = call.tx.row("seq_of", account=call.account.account, id=identifier, object=kind)
    if row is None:
        raise errors.no_such(kind.replace("_", " "), identifier, name, status=400)
    return int(row["seq"])


def _pattern(wanted: str) -> str:
    """Return the wanted value for SQLite's GLOB, with `*` as its only wildcard."""
    return wanted.replace("[", "[[]").replace("?", "[?]")
