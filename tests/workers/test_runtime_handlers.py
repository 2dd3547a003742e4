"""Handlers are found by file; what is missing is said before the worker starts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from preau.errors import PreauError
from preau.handlers import discover

GOOD = """
from preau.messages import Message
QUEUE = "{queue}"
CONCURRENCY = 4
async def handle(message, context): ...
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "sample_workers"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "parcels.py").write_text(GOOD.format(queue="parcels"))
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.startswith("sample_workers")]:
        del sys.modules[name]
    return folder


def test_the_projects_own_queues_are_found() -> None:
    assert {"payments", "emails"} <= {handler.queue for handler in discover()}


def test_one_queue_may_be_asked_for(package: Path) -> None:
    (package / "letters.py").write_text(GOOD.format(queue="letters"))
    [handler] = discover(["letters"], "sample_workers")
    assert (handler.queue, handler.concurrency) == ("letters", 4)


def test_an_unknown_queue_is_refused_with_the_known_ones(package: Path) -> None:
    with pytest.raises(PreauError, match=r"handles pigeons.*parcels"):
        discover(["pigeons"], "sample_workers")


def test_a_module_without_a_handler_is_named(package: Path) -> None:
    (package / "empty.py").write_text('QUEUE = "empty"\n')
    with pytest.raises(PreauError, match=r"sample_workers\.empty lacks Message"):
        discover(package="sample_workers")


BATCHED = """
from preau.messages import Message
from preau.retry import DEAD_AT_ONCE
QUEUE = "letters"
BATCH = {batch}
RETRY = {{"no_address": DEAD_AT_ONCE}}
async def {name}(messages, context): return [None for _ in messages]
"""


def test_a_module_may_handle_batches_and_say_how_its_errors_are_retried(package: Path) -> None:
    (package / "letters.py").write_text(BATCHED.format(batch=50, name="handle_batch"))
    [handler] = discover(["letters"], "sample_workers")
    assert handler.batch == 50
    assert handler.handle.__name__ == "handle_batch"
    assert handler.retry["no_address"].attempts == 1


@pytest.mark.parametrize("batch", [0, 1001])
def test_a_batch_is_from_one_to_what_one_call_claims(package: Path, batch: int) -> None:
    (package / "letters.py").write_text(BATCHED.format(batch=batch, name="handle_batch"))
    with pytest.raises(PreauError, match="from 1 to 1000"):
        discover(package="sample_workers")


def test_a_module_handles_one_by_one_or_in_batches_not_both(package: Path) -> None:
    both = BATCHED.format(batch=5, name="handle_batch") + "handle = handle_batch\n"
    (package / "letters.py").write_text(both)
    with pytest.raises(PreauError, match="not with handle"):
        discover(package="sample_workers")
