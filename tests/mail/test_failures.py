"""The table of failures.toml, each row driven against the real outbox and real protocols."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from preau.local.paths import PROJECT
from preau.providers.mail import SendGridMail
from tests.mail.post import Post, Row

CASES = tomllib.loads(Path(__file__).with_name("failures.toml").read_text())["case"]
NOBODY = 9  # the port where nobody listens
TRIES = 8


def table() -> str:
    """The table as docs/mails.md shows it."""
    lines = [
        "| account | failure | tries that meet it | first | end | copies |",
        "|---|---|---|---|---|---|",
    ]
    for case in CASES:
        end = case["end"] + (f" by {case['by']}" if "by" in case else "")
        meets = case.get("times", 1) if case["failure"] not in ("none", "nobody_listens") else "all"
        meets = "every" if meets == 20 else meets
        first = case.get("first", end)
        cells = (case["provider"], case["failure"], meets, first, end, case["copies"])
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def named(case: Row) -> str:
    return f"{case['provider']}-{case['failure']}-{case.get('times', 1)}"


async def equip(post: Post, case: Row) -> None:
    """Give the academy its accounts, and have them fail."""
    nobody = case["failure"] == "nobody_listens"
    for priority, provider in enumerate(case["provider"].split(", then "), 1):
        settings: Row = {}
        if provider == "smtp":
            port = NOBODY if nobody else post.inbox.smtp_port
            settings = {"host": "127.0.0.1", "port": port, "tls": "none"}
        await post.account(provider, priority, settings)
    if nobody:
        base = f"http://127.0.0.1:{NOBODY}"
        settings_ = post.context.settings.model_copy(update={"sendgrid_api_base": base})
        post.context = replace(post.context, settings=settings_)
    elif case["failure"] != "none" and case["provider"].startswith("sendgrid"):
        post.grid.fail(case["failure"], case.get("times", 1), to=post.address)
    elif case["failure"] != "none":
        post.inbox.fail(case["failure"], post.address, case.get("times", 1))


def test_the_page_shows_the_table() -> None:
    assert table() in (PROJECT / "docs" / "mails.md").read_text()


@pytest.mark.parametrize("case", CASES, ids=named)
async def test_a_mail_ends_as_the_table_says(
    post: Post, case: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SendGridMail.__init__, "__kwdefaults__", _hasty())
    await equip(post, case)
    email_id = await post.due()
    row = await post.attempt(email_id)
    if "first" in case:
        assert f"{row['status']} {row['error_code']}" == case["first"]
    for _ in range(TRIES):
        if row["status"] != "queued":
            break
        if "then" not in case["provider"]:
            post.rest_is_over()  # else the circuit itself leads to the next account
        row = await post.attempt(email_id)
    assert (row["status"], post.copies()) == (case["end"], case["copies"])
    assert case.get("by") in (None, row["provider"])


def _hasty() -> Row:
    return {**(SendGridMail.__init__.__kwdefaults__ or {}), "timeout": 0.7}
