"""The accounts file: only test keys, only loopback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from preau.local.stripe.accounts import AccountsError, is_loopback, read
from tests.local.stripe.test_process import GOOD


def written(tmp_path: Path, entries: Any) -> Path:
    path = tmp_path / "accounts.json"
    path.write_text(json.dumps(entries))
    return path


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:54321/x", "http://localhost/", "http://[::1]:1/", "http://127.9.9.9/"]
)
def test_an_address_on_loopback_is_taken(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com",
        "http://127.0.0.1.example.com/",
        "http://0.0.0.0/",
        "http://127.0.0.1@10.0.0.1/",
        "http://[::ffff:10.0.0.1]/",
        "ftp://127.0.0.1/",
        "127.0.0.1:80",
        "",
    ],
)
def test_any_other_address_is_refused(url: str) -> None:
    assert not is_loopback(url)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"secret_key": "rk_live_abcdefgh"}, "must start with sk_test_"),
        ({"secret_key": "pk_test_abcdefgh"}, "must start with sk_test_"),
        ({"webhook_secret": "secret"}, "webhook_secret"),
        ({"account": "mecaformation"}, "account"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_entry_that_is_wrong_is_named_without_its_secrets(
    tmp_path: Path, change: dict[str, str], sentence: str
) -> None:
    with pytest.raises(AccountsError, match=sentence) as refused:
        read(written(tmp_path, [GOOD | change]))
    assert "abcdefgh" not in str(refused.value)


def test_two_accounts_with_one_key_are_refused(tmp_path: Path) -> None:
    other = GOOD | {"account": "acct_2", "slug": "b-stripe"}
    with pytest.raises(AccountsError, match="two accounts have the same secret_key"):
        read(written(tmp_path, [GOOD, other]))


def test_a_file_without_accounts_or_without_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AccountsError, match="names no account"):
        read(written(tmp_path, []))
    (tmp_path / "broken.json").write_text("[{")
    with pytest.raises(AccountsError):
        read(tmp_path / "broken.json")
    with pytest.raises(AccountsError, match="can't be read"):
        read(tmp_path / "absent.json")


def test_an_account_chooses_its_events(tmp_path: Path) -> None:
    chosen = GOOD | {"enabled_events": ["checkout.session.completed"], "display_name": "École"}
    (account,) = read(written(tmp_path, [chosen]))
    assert account.wants("checkout.session.completed")
    assert not account.wants("charge.succeeded")
    assert account.name == "École"
