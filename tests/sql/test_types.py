"""The committed types are those of the schema: `make types` was not forgotten."""

from __future__ import annotations

import pytest

from preau.cli.database import TYPES, generate


@pytest.mark.parametrize("language", TYPES)
async def test_the_committed_types_are_the_schemas(clone: str, language: str) -> None:
    assert await generate(clone, language) == TYPES[language].read_text(), (
        "run `make types` and commit what it writes"
    )
