"""docs/auth.md says what Auth does and which test shows it: each test named there exists."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.house.files import ROOT

HERE = Path(__file__).parent
FLOWS: list[dict[str, str]] = tomllib.loads((HERE / "flows.toml").read_text())["flow"]


@pytest.mark.parametrize("client", ["js", "py"])
@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow["what"])
def test_the_test_of_each_flow_and_client_exists(flow: dict[str, str], client: str) -> None:
    file, _, name = flow[client].partition(": ")
    found = re.findall(
        r"test\((?:'((?:[^'\\\\]|\\\\.)*)'|\"([^\"]*)\"|`([^`]*)`)|def (test_\w+)",
        (HERE / file).read_text(),
    )
    assert name in {part for parts in found for part in parts if part}


def test_the_page_is_this_table() -> None:
    page = (ROOT / "docs" / "auth.md").read_text()
    rows = [
        f"| {flow['what']} | `{flow['js'].split(':')[0]}` | `{flow['py'].split(':')[0]}` |"
        for flow in FLOWS
    ]
    assert [line for line in page.splitlines() if line.startswith("| ")][1:] == rows
