"""Mails of every make are taken apart; malformed ones as far as they go."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preau.local.inbox.mime import parse

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def rich_mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Académie, l’école <a@example.org>"
    mail["Subject"] = "Été"
    mail["Date"] = "Fri, 20 Nov 2026 14:05:00 +0100"
    mail.set_content("texte")
    mail.add_alternative("<p>é</p><img src=\"cid:logo\"><img src='cid:other'>", subtype="html")
    payload = mail.get_payload()
    assert isinstance(payload, list)
    html = payload[1]
    assert isinstance(html, EmailMessage)
    html.add_related(PNG, "image", "png", cid="<logo>")
    mail.add_attachment(b"BEGIN:VCALENDAR", "text", "calendar", filename="séance.ics")
    return mail


def test_nested_parts_are_told_apart() -> None:
    mail = parse(rich_mail().as_bytes())
    assert mail.text == "texte\n"
    assert mail.html is not None
    assert mail.html.startswith("<p>é</p>")
    assert [(a.filename, a.content_type) for a in mail.attachments] == [
        ("piece-jointe-1", "image/png"),
        ("séance.ics", "text/calendar"),
    ]
    assert mail.date == datetime(2026, 11, 20, 13, 5, tzinfo=UTC)


def test_inline_images_are_put_into_the_page() -> None:
    page = parse(rich_mail().as_bytes()).html_with_images()
    assert f'src="data:image/png;base64,{base64.b64encode(PNG).decode()}"' in page
    assert "cid:other" in page


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("quoted-printable", b"caf=C3=A9 =\r\ncr=C3=A8me"),
        ("base64", base64.b64encode("café crème".encode())),
        ("8bit", "café crème".encode()),
        ("x-unknown", "café crème".encode()),
    ],
)
def test_transfer_encodings_are_undone(encoding: str, body: bytes) -> None:
    head = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n"
    assert parse(head.encode() + b"\r\n" + body).text == "café crème"


@pytest.mark.parametrize(
    ("charset", "body"), [("iso-8859-1", b"\xe9"), ("klingon", "é".encode()), ('"', "é".encode())]
)
def test_charsets_are_decoded_or_read_as_utf8(charset: str, body: bytes) -> None:
    head = f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode()
    assert parse(head + body).text == "é"


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        ("=?utf-8?q?Caf=C3=A9?= =?iso-8859-1?b?6Q==?=", "Caféé"),
        ("=?klingon?q?Caf=C3=A9?=", "Café"),
        ("=?utf-8?b?###?=", "=?utf-8?b?###?="),
        ("Café brut", "Café brut"),
        ("plié\r\n sur deux", "plié sur deux"),
    ],
)
def test_subjects_are_decoded_as_far_as_they_go(raw: str, subject: str) -> None:
    assert parse(f"Subject: {raw}\r\n\r\n".encode()).subject.replace("\ufffd", "?") == subject


def test_only_html_leaves_the_text_empty_handed() -> None:
    mail = parse(b"Content-Type: text/html\r\n\r\n<b>x</b>")
    assert (mail.text, mail.html) == (None, "<b>x</b>")


def test_a_multipart_without_boundary_is_shown_as_text() -> None:
    assert parse(b"Content-Type: multipart/mixed\r\n\r\nhello").text == "hello"


def test_a_mail_within_a_mail_is_one_attachment() -> None:
    outer = EmailMessage()
    outer.set_content("voir ci-joint")
    outer.add_attachment(rich_mail())
    mail = parse(outer.as_bytes())
    assert [a.content_type for a in mail.attachments] == ["message/rfc822"]
    assert b"Subject" in mail.attachments[0].data
    assert mail.html is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"From: =?utf-8?q?=ff=fe?= <<>>,,@\r\nDate: never\r\n\r\n",
        b"Date: Fri, 99 Nov 99999 99:99:99 +9999\r\n\r\n",
        b"Content-Type: message/rfc822\r\n\r\n",
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: x\r\n\r\nFinal: y",
        b"Content-Type: text/html; charset*=x'y'%zz; name*0*=a'b'%ff; name*1=c\r\n\r\n<![x",
        b"Content-Disposition: attachment; filename*=klingon''%e9\r\n\r\nx",
        b"Content-Type: a/b/c; =; ;;\r\nContent-Transfer-Encoding: base64\r\n\r\n\x80=x=",
    ],
)
def test_malformed_mails_are_shown_all_the_same(raw: bytes) -> None:
    mail = parse(raw)
    assert isinstance(mail.links, list)
    assert isinstance(mail.html_with_images(), str)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_no_damage_to_a_mail_stops_the_parser(data: st.DataObject) -> None:
    raw = bytearray(rich_mail().as_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=6)) or b""
        raw = raw or bytearray(b"\n")
    mail = parse(bytes(raw))
    assert isinstance(mail.html_with_images(), str)
    assert isinstance(mail.links, list)
    for attachment in mail.attachments:
        assert attachment.filename.isprintable() or attachment.filename
