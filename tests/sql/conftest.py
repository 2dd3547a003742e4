from __future__ import annotations

from tests.support.database import clones, db, shared_url, undone, url
from tests.support.people import cast

__all__ = ["cast", "clones", "db", "shared_url", "undone", "url"]
