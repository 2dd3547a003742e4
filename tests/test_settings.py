"""Settings: documented, read once, and `.env.example` says the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from dotenv import dotenv_values

from preau.errors import PreauError
from preau.settings import Settings, env_example

EXAMPLE = Path(__file__).parents[1] / ".env.example"


def test_env_example_equals_the_settings() -> None:
    assert EXAMPLE.read_text() == env_example(), (
        "run `python -m preau.settings > .env.example` and commit it"
    )


def test_every_setting_is_documented() -> None:
    bare = [name for name, field in Settings.model_fields.items() if not field.description]
    assert not bare


def test_the_example_as_env_file_gives_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in dotenv_values(EXAMPLE):
        monkeypatch.delenv(name, raising=False)
    for name in ("SUPABASE_ANON_KEY", "SUPABASE_SERVICE_ROLE_KEY"):
        monkeypatch.delenv(name, raising=False)
    assert Settings(_env_file=EXAMPLE) == Settings(_env_file=None)


def test_the_old_key_names_are_read_in_the_absence_of_the_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SUPABASE_SECRET_KEY", raising=False)
    monkeypatch.setenv("SUPABASE_SERVICE_ROLE_KEY", "old")
    assert Settings(_env_file=None).require_secret_key() == "old"
    monkeypatch.setenv("SUPABASE_SECRET_KEY", "new")
    assert Settings(_env_file=None).require_secret_key() == "new"


def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUPABASE_URL", raising=False)
    with pytest.raises(PreauError, match="SUPABASE_URL is not set"):
        Settings(_env_file=None).require_url()


def test_a_secret_is_not_shown() -> None:
    assert "hush" not in repr(Settings(supabase_secret_key="hush"))
