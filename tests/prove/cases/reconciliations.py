"""A day to compare, with a payment that only the provider has and one that only we have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from preau.settings import Settings
from tests.support.books import Charged, open_books
from tests.support.buyers import Buyer
from tests.support.standin import Standin
from tests.workers.rig import TestQueue


@dataclass(frozen=True)
class Reconciliations:
    """Effects are rows of the first difference; the second is there exactly where the first is."""

    queue: TestQueue
    buyer: Buyer
    standin: Standin
    settings: Settings
    name: str = "reconciliations"
    module: str = "reconciliations"
    writes: str = "private.reconciliation_differences"
    copies: Mapping[str, int] = field(default_factory=dict)

    async def prepare(self) -> tuple[dict[str, Any], str]:
        """Open an account of its own, pay there without our knowing, and the other way round."""
        books = await open_books(
            self.queue, self.buyer.id, self.standin, self.settings, "nexus_reussite"
        )
        charged = await books.charge()
        now = datetime.now(UTC)
        gone = Charged(f"pi_{uuid4().hex}", f"ch_{uuid4().hex}", str(uuid4()), 7000, now)
        await books.write(gone)
        run = await books.request(now.date())
        return {"reconciliation_id": run}, f"{run} {charged.charge} {gone.intent}"

    async def effects(self, token: str) -> int:
        """Count the rows; a run that is not finished has left none, one that is no pages either."""
        run, charge, intent = token.split()
        found = await self.queue.one(
            "select r.finished_at is not null as finished,"
            " count(d.id) filter (where d.provider_id = %s) as here,"
            " count(d.id) filter (where d.provider_id = %s) as there,"
            " (select count(*) from private.reconciliation_objects as o"
            "   where o.reconciliation_id = r.id) as staged"
            " from private.reconciliations as r left join private.reconciliation_differences as d"
            " on d.provider_account_id = r.provider_account_id where r.id = %s group by r.id",
            *(charge, intent, run),
        )
        assert found["here"] == found["there"], found
        assert found["finished"] == (found["here"] > 0), found
        assert not (found["finished"] and found["staged"]), found
        return int(found["here"])
