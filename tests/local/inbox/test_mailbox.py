"""The folder of mails: capped, found again after a restart, untroubled by strangers' files."""

from __future__ import annotations

from pathlib import Path

from preau.local.inbox.mailbox import Mailbox


def fill(mailbox: Mailbox, count: int) -> list[str]:
    return [
        mailbox.add(f"Subject: n° {n}\r\n\r\nx".encode(), "s@example.org", [f"u{n}@example.org"]).id
        for n in range(count)
    ]


def test_the_oldest_mails_are_dropped_at_the_cap(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path, max_mails=3)
    ids = fill(mailbox, 5)
    assert [entry.id for entry in mailbox.find()] == ids[:1:-1]
    assert len(list(tmp_path.iterdir())) == 3


def test_a_new_start_finds_the_mails_as_they_were(tmp_path: Path) -> None:
    before = Mailbox(tmp_path)
    fill(before, 3)
    after = Mailbox(tmp_path)
    assert after.find() == before.find()
    assert after.get(after.find()[0].id) == before.get(before.find()[0].id)


def test_a_new_start_applies_the_cap(tmp_path: Path) -> None:
    ids = fill(Mailbox(tmp_path), 4)
    assert [entry.id for entry in Mailbox(tmp_path, max_mails=2).find()] == [ids[3], ids[2]]


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.eml").write_text("Subject: mine\n\nhello")
    (tmp_path / "20261120T225138563305-577421a9.eml").write_text("half a line")
    mailbox = Mailbox(tmp_path)
    fill(mailbox, 1)
    mailbox.clear()
    assert {path.name for path in tmp_path.iterdir()} == {
        "notes.eml",
        "20261120T225138563305-577421a9.eml",
    }


def test_a_mail_removed_by_hand_is_gone(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    (mail_id,) = fill(mailbox, 1)
    (tmp_path / f"{mail_id}.eml").unlink()
    assert mailbox.get(mail_id) is None
    assert len(mailbox) == 0


def test_two_mails_at_the_same_moment_are_both_kept(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    assert len(set(fill(mailbox, 50))) == len(mailbox) == 50
