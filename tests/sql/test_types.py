"""The committed types are those of the schema: `make types` was not forgotten."""

from __future__ import annotations

import pytest

from preau.cli.database import TYPES, generate
from tests.support.stack import Stack


@pytest.mark.parametrize("language", TYPES)
async def test_the_committed_types_are_the_schemas(stack: Stack, language: str) -> None:
    assert await generate(stack.db_url, language) == TYPES[language].read_text(), (
        "run `make types` and commit what it writes"
    )
