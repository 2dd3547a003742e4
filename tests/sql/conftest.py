from __future__ import annotations

from tests.support.database import clones, db, fresh, shared_url, url
from tests.support.people import cast

__all__ = ["cast", "clones", "db", "fresh", "shared_url", "url"]
