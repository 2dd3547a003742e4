"""supabase/config.toml: read as the CLI means it, and refused in a sentence that names the key."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from preau.errors import PreauError
from preau.local import config, programs


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(f'project_id = "x"\n{text}')
    return path


def test_the_projects_file_says_what_the_stack_needs() -> None:
    found = config.read()
    assert found.api.schemas == ["public", "worker"]
    assert found.auth.email.enable_confirmations
    assert found.auth.minimum_password_length == 8
    names = {"confirmation", "recovery", "magic_link", "invite", "email_change"}
    assert set(found.auth.email.template) == names


def test_the_file_that_the_cli_writes_itself_is_understood(tmp_path: Path) -> None:
    cli = programs.locate().supabase
    subprocess.run([cli, "init"], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    found = config.read(tmp_path / "supabase" / "config.toml")
    assert found.api.max_rows == 1000
    assert found.auth.jwt_expiry == 3600
    assert found.storage.file_size_limit == 50 * 2**20


def test_the_environment_lays_values_over_the_auth_table(tmp_path: Path) -> None:
    path = written(tmp_path, "[auth.email]\nmax_frequency = '60s'\notp_length = 8")
    outside = {"PREAU_LOCAL_AUTH": '{"email": {"max_frequency": "1s"}, "jwt_expiry": 60}'}
    found = config.read(path, outside).auth
    assert (found.email.max_frequency, found.email.otp_length, found.jwt_expiry) == (1, 8, 60)


@pytest.mark.parametrize("text", ["1s", "[]", "{"])
def test_what_lies_over_the_auth_table_must_be_an_object(tmp_path: Path, text: str) -> None:
    with pytest.raises(PreauError, match="PREAU_LOCAL_AUTH is no JSON object"):
        config.read(written(tmp_path, ""), {"PREAU_LOCAL_AUTH": text})


def test_the_project_keeps_hosteds_limits() -> None:
    found = config.read(outside={}).auth
    assert found.email.max_frequency == 60
    limits = found.rate_limit
    assert (limits.sign_in_sign_ups, limits.token_verifications, limits.token_refresh) == (
        30,
        30,
        150,
    )


def test_durations_and_sizes_become_seconds_and_bytes(tmp_path: Path) -> None:
    text = """
        [auth.sessions]
        timebox = "1h30m"
        [storage.buckets.images]
        file_size_limit = "1.5MB"
    """
    found = config.read(written(tmp_path, text))
    assert found.auth.sessions.timebox == 5400
    assert found.storage.buckets["images"].file_size_limit == 1_500_000


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("[auth]\njwt_expiry = 'an hour'", "auth.jwt_expiry", "integer"),
        ("[auth]\njwt_expiry = 0", "auth.jwt_expiry", "greater than or equal to 1"),
        ("[api]\nmax_rows = '1000'", "api.max_rows", "integer"),
        ("[api]\nschemas = []", "api.schemas", "at least 1"),
        ("[api]\nschemas = ['pub lic']", "api.schemas.0", "pattern"),
        ("[auth]\nsite_url = 'mecaformation.fr'", "auth.site_url", "pattern"),
        ("[auth.email]\nmax_frequency = '1 second'", "auth.email.max_frequency", "duration"),
        ("[storage]\nfile_size_limit = 'big'", "storage.file_size_limit", "size"),
        ("[auth.email.template.welcome]\nsubject = 'x'", "auth.email.template", "no template"),
        ("[db]\nmajor_version = 14", "db.major_version", "15 or 17"),
        (
            "[auth.email.template.invite]\ncontent_path = 'nowhere.html'",
            "auth.email.template.invite.content_path",
            "nowhere.html",
        ),
    ],
)
def test_a_bad_value_is_refused_by_name(tmp_path: Path, text: str, key: str, expected: str) -> None:
    with pytest.raises(PreauError) as refused:
        config.read(written(tmp_path, text))
    assert f" {key} " in refused.value.message
    assert expected in refused.value.message


def test_a_missing_key_a_missing_file_and_bad_toml_are_said(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    with pytest.raises(PreauError, match="is not there"):
        config.read(path)
    path.write_text("[api]\n")
    with pytest.raises(PreauError, match="project_id is missing"):
        config.read(path)
    path.write_text("project_id = ")
    with pytest.raises(PreauError, match="not valid TOML"):
        config.read(path)
