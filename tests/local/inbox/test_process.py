"""The inbox as the supervisor sees it: a process with a health address, faults and an end."""

from __future__ import annotations

import shutil
import signal
import smtplib
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.local.inbox.running import RunningInbox, free_port, running_inbox


def test_a_stop_is_clean_and_the_next_start_has_the_mails(tmp_path: Path) -> None:
    with running_inbox(tmp_path) as first:
        first.deliver_mail("kept@example.org", "Gardé")
        with socket.create_connection(("127.0.0.1", first.smtp_port)):  # an open conversation
            first.process.send_signal(signal.SIGTERM)
            assert first.process.wait(timeout=5) in (0, -signal.SIGTERM)
    with running_inbox(tmp_path, first.smtp_port, first.web_port) as second:
        assert second.only_message("kept@example.org")["subject"] == "Gardé"


def test_a_taken_port_is_said_in_a_sentence(inbox: RunningInbox, tmp_path: Path) -> None:
    ports = ["--smtp-port", str(free_port()), "--web-port", str(inbox.web_port)]
    command = [sys.executable, "-m", "preau.local.inbox", *ports, "--home", str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert result.returncode == 1
    assert f"port {inbox.web_port} of 127.0.0.1 cannot be had" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_folder_that_cannot_be_written_is_a_temporary_failure(tmp_path: Path) -> None:
    with running_inbox(tmp_path / "home") as broken:
        shutil.rmtree(tmp_path / "home")
        with pytest.raises(smtplib.SMTPDataError) as refused:
            broken.deliver_mail("full@example.org")
        assert refused.value.smtp_code == 452


@pytest.mark.parametrize(
    ("kind", "code"), [("reject_temporarily", 451), ("reject_permanently", 554)]
)
def test_a_rejection_is_for_its_recipient_and_its_number_of_mails(
    inbox: RunningInbox, kind: str, code: int
) -> None:
    recipient = f"{kind}@example.org"
    inbox.fail(kind, recipient, times=2)
    inbox.deliver_mail("somebody-else@example.org")
    for _ in range(2):
        with pytest.raises(smtplib.SMTPDataError) as refused:
            inbox.deliver_mail(recipient)
        assert refused.value.smtp_code == code
    inbox.deliver_mail(recipient)
    assert len(inbox.messages(to=recipient)) == 1


def test_a_dropped_connection_leaves_the_mail_delivered(inbox: RunningInbox) -> None:
    inbox.fail("drop_after_data", "drop@example.org")
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        inbox.deliver_mail("drop@example.org")
    assert len(inbox.messages(to="drop@example.org")) == 1


def test_a_switch_can_be_taken_back(inbox: RunningInbox) -> None:
    inbox.fail("reject_permanently", "back@example.org", times=9)
    inbox.fail(None, "back@example.org")
    assert "back@example.org" not in inbox.http.get("/_inbox/faults").text
    inbox.deliver_mail("back@example.org")


def test_an_unknown_fault_is_refused(inbox: RunningInbox) -> None:
    assert inbox.http.post("/_inbox/faults", json={"smtp": "explode"}).status_code == 422
