"""The pages show mails and do nothing that a mail asks for."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from tests.local.inbox.running import RunningInbox

HOSTILE = '<!doctype html><html><head></head><body><script>alert(1)</script><a href="https://example.org/">x</a>'


def deliver_hostile(inbox: RunningInbox, to: str) -> str:
    mail = EmailMessage()
    mail["Subject"] = "<script>alert('sujet')</script>"
    mail["From"] = '"<img src=x onerror=alert(1)>" <a@example.org>'
    mail.set_content("</pre><script>alert('texte')</script> javascript:alert(1)")
    mail.add_alternative(HOSTILE, subtype="html")
    mail.add_attachment(b"x", "text", "plain", filename="<script>.txt")
    inbox.deliver(mail.as_bytes(), [to])
    return str(inbox.only_message(to)["id"])


def test_the_mail_is_framed_in_a_sandbox_without_scripts_or_requests(inbox: RunningInbox) -> None:
    mail_id = deliver_hostile(inbox, "frame@example.org")
    page = inbox.http.get(f"/messages/{mail_id}")
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    policy = inbox.http.get(f"/messages/{mail_id}/html").headers["content-security-policy"]
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    assert "script-src" not in rules
    assert "allow-scripts" not in rules["sandbox"]
    assert "allow-same-origin" not in rules["sandbox"]


@pytest.mark.parametrize("path", ["/messages/{id}", "/list?q=hostile@example.org"])
def test_nothing_of_a_mail_becomes_markup_of_the_page(inbox: RunningInbox, path: str) -> None:
    mail_id = deliver_hostile(inbox, "hostile@example.org")
    page = inbox.http.get(path.format(id=mail_id))
    assert page.is_success
    assert "<script" not in page.text
    assert "<img" not in page.text
    assert 'href="javascript' not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "alert(&#39;sujet&#39;)" in page.text
    inbox.http.delete("/api/messages")


def test_links_of_the_mail_open_in_a_tab(inbox: RunningInbox) -> None:
    mail_id = deliver_hostile(inbox, "tab@example.org")
    page = inbox.http.get(f"/messages/{mail_id}/html").text
    assert page.startswith('<!doctype html><html><head><base target="_blank">')


def test_the_list_searches_and_refreshes_itself_in_french(inbox: RunningInbox) -> None:
    inbox.deliver_mail("liste@example.org", "Bienvenue à l’école")
    page = inbox.http.get("/list", params={"q": "LISTE@example"}).text
    assert '<html lang="fr">' in page
    assert 'http-equiv="refresh"' in page
    assert "Bienvenue à l’école" in page
    assert "Aucun message" in inbox.http.get("/list", params={"q": "personne"}).text


def test_the_search_word_is_kept_and_escaped(inbox: RunningInbox) -> None:
    page = inbox.http.get("/", params={"q": '"><script>'}).text
    assert 'value="&#34;&gt;&lt;script&gt;"' in page
    assert "/list?q=%22%3E%3Cscript%3E" in page


def test_the_button_empties_the_inbox(inbox: RunningInbox) -> None:
    inbox.deliver_mail("clear@example.org")
    answer = inbox.http.post("/clear")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert inbox.messages() == []


@pytest.mark.parametrize(
    "headers", [{"host": "evil.example"}, {"host": "127.0.0.1.evil.example:54324"}, {"host": ""}]
)
def test_a_name_that_is_not_loopback_is_refused(
    inbox: RunningInbox, headers: dict[str, str]
) -> None:
    answer = inbox.http.get("/api/messages", headers=headers)
    assert answer.status_code == 403


def test_another_sites_page_cannot_change_anything(inbox: RunningInbox) -> None:
    for method, path in (
        ("DELETE", "/api/messages"),
        ("POST", "/clear"),
        ("POST", "/_inbox/faults"),
    ):
        for origin in ("https://evil.example", "null"):
            answer = inbox.http.request(method, path, headers={"origin": origin})
            assert answer.status_code == 403
