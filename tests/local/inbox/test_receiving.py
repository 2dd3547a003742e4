"""What arrives by SMTP is what the JSON shows."""

from __future__ import annotations

import smtplib
import time
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from tests.local.inbox.running import RunningInbox


def test_a_french_mail_arrives_with_its_accents(inbox: RunningInbox) -> None:
    inbox.deliver_mail("accents@example.org", "Reçu n° 12 – l’été à Orléans", "Élève : Zoé\n")
    mail = inbox.only_message("accents@example.org")
    assert mail["subject"] == "Reçu n° 12 – l’été à Orléans"
    assert mail["text"] == "Élève : Zoé\n"
    assert mail["html"] is None
    assert mail["from"] == {"email": "sender@example.org", "name": "École"}
    assert mail["to"] == [{"email": "accents@example.org", "name": ""}]


def test_every_recipient_of_one_mail_finds_it(inbox: RunningInbox) -> None:
    raw = b"To: a.many@example.org\r\nSubject: many\r\n\r\nhello"
    everybody = ["a.many@example.org", "b.many@example.org", "hidden.many@example.org"]
    inbox.deliver(raw, everybody)
    for recipient in everybody:
        assert inbox.only_message(recipient)["recipients"] == everybody


def test_a_full_address_finds_only_that_address(inbox: RunningInbox) -> None:
    inbox.deliver_mail("bob.exact@example.org")
    inbox.deliver_mail("not-bob.exact@example.org")
    assert len(inbox.messages(to="Bob.Exact@example.org")) == 1
    assert len(inbox.messages(to="bob.exact")) == 2


def test_the_newest_comes_first_and_the_limit_holds(inbox: RunningInbox) -> None:
    for number in range(3):
        inbox.deliver_mail("order@example.org", f"mail {number}")
    found = inbox.messages(to="order@example.org", limit=2)
    assert [mail["subject"] for mail in found] == ["mail 2", "mail 1"]
    answer = inbox.http.get("/api/messages", params={"to": "order@example.org", "limit": 1}).json()
    assert answer["total"] == 3


def test_since_and_subject_narrow_the_list(inbox: RunningInbox) -> None:
    inbox.deliver_mail("since@example.org", "Avant")
    time.sleep(0.01)
    moment = datetime.now(UTC).isoformat()
    inbox.deliver_mail("since@example.org", "Après le cours")
    assert [m["subject"] for m in inbox.messages(to="since@example.org", since=moment)] == [
        "Après le cours"
    ]
    assert len(inbox.messages(to="since@example.org", subject="COURS")) == 1


def test_the_mail_is_kept_byte_for_byte(inbox: RunningInbox) -> None:
    raw = "Subject: brut\r\n\r\nligne é\r\n.point\r\n".encode()
    inbox.deliver(raw, ["bytes@example.org"])
    mail = inbox.only_message("bytes@example.org")
    assert inbox.http.get(f"/api/messages/{mail['id']}/raw").content == raw
    assert mail["size"] == len(raw)


def test_an_attachment_is_downloaded_and_never_opened(inbox: RunningInbox) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Facture"
    mail.set_content("Ci-joint.")
    mail.add_attachment(b"<script>alert(1)</script>", "text", "html", filename='../re"çu\n1.html')
    inbox.deliver(mail.as_bytes(), ["file@example.org"])
    (attachment,) = inbox.only_message("file@example.org")["attachments"]
    answer = inbox.http.get(attachment["url"])
    assert answer.content == b"<script>alert(1)</script>"
    assert answer.headers["content-disposition"].startswith('attachment; filename="re_')
    assert answer.headers["content-disposition"].isprintable()
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "/" not in attachment["filename"]


def test_links_are_taken_from_html_and_text(inbox: RunningInbox) -> None:
    mail = EmailMessage()
    mail.set_content("Voir https://example.org/texte?a=1&b=2.")
    mail.add_alternative('<a href="https://example.org/x?t=1&amp;u=2">ok</a>', subtype="html")
    inbox.deliver(mail.as_bytes(), ["links@example.org"])
    assert inbox.only_message("links@example.org")["links"] == [
        "https://example.org/x?t=1&u=2",
        "https://example.org/texte?a=1&b=2",
    ]


def test_a_mail_over_ten_megabytes_is_refused(inbox: RunningInbox) -> None:
    with pytest.raises(smtplib.SMTPSenderRefused) as refused:
        inbox.deliver(b"Subject: big\r\n\r\n" + b"a" * 78 * 140_000, ["big@example.org"])
    assert refused.value.smtp_code == 552
    assert inbox.messages(to="big@example.org") == []


def test_an_unknown_mail_and_an_unknown_attachment_are_404(inbox: RunningInbox) -> None:
    inbox.deliver_mail("missing@example.org")
    mail = inbox.only_message("missing@example.org")
    for path in ("/api/messages/nothing", f"/api/messages/{mail['id']}/attachments/1"):
        assert inbox.http.get(path).status_code == 404
    assert inbox.http.get("/api/messages/..%2f..%2fetc").status_code == 404


def test_health_counts_the_mails(inbox: RunningInbox) -> None:
    before = inbox.http.get("/health").json()
    inbox.deliver_mail("health@example.org")
    after = inbox.http.get("/health").json()
    assert (before["status"], after["messages"]) == ("ok", before["messages"] + 1)
