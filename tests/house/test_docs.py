"""What the documents point at exists: files, tests, commands, local links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.files import ROOT, tracked

DOCS = [p for p in tracked() if p.suffix == ".md"]
LINK = re.compile(r"\[[^\]]+\]\((?!https?://|mailto:|#)([^)#]+)")
TARGET = re.compile(r"`make ([a-z]+)")


@pytest.mark.parametrize("doc", DOCS, ids=lambda p: str(p.relative_to(ROOT)))
def test_local_links_lead_somewhere(doc: Path) -> None:
    broken = [link for link in LINK.findall(doc.read_text()) if not (doc.parent / link).exists()]
    assert not broken


def test_every_make_target_named_in_the_docs_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {target for doc in DOCS for target in TARGET.findall(doc.read_text())}
    assert named
    assert not named - targets


def test_contract_rows_name_tests_that_exist() -> None:
    contract = (ROOT / "docs" / "contract.md").read_text()
    paths = set(re.findall(r"`(tests/[\w/]+\.(?:py|mjs))`", contract))
    assert len(paths) >= 8
    assert not [path for path in paths if not (ROOT / path).is_file()]


def test_no_tracked_text_names_a_folder_of_one_machine() -> None:
    folder = re.compile(r"(^|[^\w.:/])/(home|root|tmp|Users|work)/\w", re.MULTILINE)
    guilty = [
        str(p.relative_to(ROOT))
        for p in tracked()
        if p.suffix in {".py", ".md", ".sql", ".toml", ".mjs", ".json", ".yml", ""}
        and folder.search(p.read_text(errors="ignore"))
    ]
    assert not guilty
