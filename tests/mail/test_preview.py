"""`preau mail preview` writes what would be sent; `send-test` sends one mail where it is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from preau.cli import mail as commands
from preau.cli import target
from preau.errors import PreauError
from preau.providers.mail import accounts as mail_accounts
from preau.settings import Settings
from tests.local.inbox.running import RunningInbox
from tests.mail.people import NAMES
from tests.support.stack import Stack


def run(*words: str) -> str:
    import typer

    app = typer.Typer()
    commands.register(app)
    app.callback()(lambda: None)
    done = CliRunner().invoke(app, ["mail", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_every_mail_is_written_in_both_languages(tmp_path: Path) -> None:
    run("preview", "--out", str(tmp_path))
    for name in NAMES:
        for locale in ("fr", "en"):
            assert (tmp_path / f"{name}.{locale}.html").read_text().startswith("<!doctype html>")
            assert (tmp_path / f"{name}.{locale}.txt").read_text()
    assert (tmp_path / "index.html").read_text().count("<iframe") == 2 * len(NAMES)


def test_one_mail_in_one_language(tmp_path: Path) -> None:
    run("preview", "welcome", "--locale", "fr", "--out", str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "index.html",
        "welcome.fr.html",
        "welcome.fr.txt",
    ]


def test_an_unknown_template_is_named(tmp_path: Path) -> None:
    with pytest.raises(PreauError, match="no mail template 'nothing'"):
        run("preview", "nothing", "--out", str(tmp_path))


def test_it_wears_an_academys_colours(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target, "database", lambda _: target.Database(stack.db_url, local=True))
    run("preview", "welcome", "--academy", "aurora50", "--out", str(tmp_path))
    html = (tmp_path / "welcome.fr.html").read_text()
    assert "#8b5cf6" in html
    assert "Aurora50" in html


@pytest.mark.parametrize(
    ("redirect", "reader"), [(None, "me@example.org"), ("trial@example.org", "trial@example.org")]
)
def test_a_trial_mail_goes_where_it_is_told(
    inbox: RunningInbox, monkeypatch: pytest.MonkeyPatch, redirect: str | None, reader: str
) -> None:
    settings = Settings(
        smtp_host="127.0.0.1",
        smtp_port=inbox.smtp_port,
        smtp_tls="none",
        mail_redirect_to=redirect,
    )
    monkeypatch.setattr("preau.settings.get_settings", lambda: settings)
    mail_accounts.route.cache_clear()
    before = len(inbox.messages(to=reader))
    assert reader in run("send-test", "me@example.org", "invitation")
    found = inbox.messages(to=reader)
    assert len(found) == before + 1
    assert found[0]["subject"].startswith("[essai] ")
