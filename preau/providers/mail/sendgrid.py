"""Sending by SendGrid's v3 API, with its own client, in threads: the client is a blocking one.

What a failure means:
- the connection could not be made, 401, 403, 429, 5xx: SendGrid did not take the mail. Try again,
  by another account if there is one; 401 and 403 concern our configuration, not the mail.
- the connection ended after the request was sent, or 504: it may have been taken, since there is no
  idempotency key and no way to ask. Try again; the reader may get a copy.
- any other 4xx: permanent.

Clicks and openings are not tracked: it takes a pixel and rewritten links, and nobody agreed to it.
"""

from __future__ import annotations

import asyncio
import re
import time
from base64 import b64encode
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Final, Literal
from urllib.error import URLError

from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient
from sendgrid.helpers import mail as sg

from preau.client import is_loopback
from preau.errors import PermanentError, PreauError, RetryableError
from preau.providers.mail.message import Mailbox, OutgoingMail, ascii_address

HOSTS: Final = {"global": "https://api.sendgrid.com", "eu": "https://api.eu.sendgrid.com"}
TIMEOUT_SECONDS: Final = 15.0  # the client itself would wait for ever
CONNECTIONS: Final = 10
Region = Literal["global", "eu"]
_ADDRESS = re.compile(r"[^\s<>\"'\[]+@[^\s<>\"',;:\]]+")


@dataclass(eq=False, kw_only=True)
class SendGridMail:
    """A provider over one SendGrid account. `timeout` bounds each step of a request, in seconds.

    `asm_group` is the number of the account's unsubscribe group, `sandbox` has SendGrid check mails
    and deliver none.
    """

    api_key: str = field(repr=False)
    base_url: str = HOSTS["global"]
    asm_group: int | None = None
    sandbox: bool = False
    timeout: float = TIMEOUT_SECONDS
    name: str = "sendgrid"
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(CONNECTIONS, "sendgrid"), repr=False
    )

    def __post_init__(self) -> None:
        """Refuse to hand the key to anybody but SendGrid."""
        if self.base_url not in HOSTS.values() and not is_loopback(self.base_url):
            raise PreauError(
                "sendgrid_base_refused",
                f"SENDGRID_API_BASE is {self.base_url}, neither SendGrid nor this machine.",
                "Leave it empty to use SendGrid.",
            )

    async def send(self, message: OutgoingMail) -> str:
        """Hand the mail over; return SendGrid's X-Message-Id."""
        message.as_mime()  # refuses what is no address and what would forge a header
        return await self._post(request_body([message], self.asm_group, self.sandbox))

    def close(self) -> None:
        """End the threads; requests under way finish."""
        self._threads.shutdown(wait=False)

    async def _post(self, body: dict[str, Any]) -> str:
        loop = asyncio.get_running_loop()
        try:
            answer = await loop.run_in_executor(self._threads, self._request, body)
        except HTTPError as error:
            raise _refusal(error) from error
        except URLError as error:  # while connecting or sending: SendGrid never had the whole
            raise RetryableError(
                "sendgrid_unreachable", f"SendGrid cannot be reached: {error.reason}."
            ) from error
        except (OSError, HTTPException) as error:
            raise _interrupted(type(error).__name__) from error
        return str(answer.headers.get("X-Message-Id") or "")

    def _request(self, body: dict[str, Any]) -> Any:
        client = SendGridAPIClient(self.api_key, self.base_url)
        client.client.timeout = self.timeout
        return client.client.mail.send.post(request_body=body)


def request_body(
    messages: Sequence[OutgoingMail], asm_group: int | None = None, sandbox: bool = False
) -> dict[str, Any]:
    """Return the request for mails that differ in recipient only, in the order given."""
    first = messages[0]
    mail = sg.Mail(from_email=_email(first.sender, sg.From), subject=first.subject)
    for place, message in enumerate(messages):
        # Without its index the client inserts each in front of the last, and answers about
        # `personalizations.0` would blame somebody else.
        mail.add_personalization(_personalization(message), index=place)
    if first.reply_to is not None:
        mail.reply_to = _email(first.reply_to, sg.ReplyTo)
    mail.add_content(sg.Content("text/plain", first.text))
    mail.add_content(sg.Content("text/html", first.html))
    for file in first.attachments:
        content = b64encode(file.content).decode()
        mail.add_attachment(sg.Attachment(content, file.name, file.type, "attachment"))
    if first.template:
        mail.add_category(sg.Category(first.template))
    if asm_group is not None:
        mail.asm = sg.Asm(sg.GroupId(asm_group))
    if sandbox:
        mail.mail_settings = sg.MailSettings(sandbox_mode=sg.SandBoxMode(enable=True))
    mail.tracking_settings = sg.TrackingSettings(
        click_tracking=sg.ClickTracking(enable=False, enable_text=False),
        open_tracking=sg.OpenTracking(enable=False),
        subscription_tracking=sg.SubscriptionTracking(enable=False),
    )
    body: dict[str, Any] = mail.get()
    return body


def _personalization(message: OutgoingMail) -> Any:
    one = sg.Personalization()
    one.add_to(_email(message.to, sg.To))
    one.add_custom_arg(sg.CustomArg("email_id", message.email_id))
    for name, value in message.extra_headers().items():
        one.add_header(sg.Header(name, value))
    one.add_header(sg.Header("Message-ID", f"<{message.message_id}>"))
    return one


def _email(mailbox: Mailbox, kind: Any) -> Any:
    return kind(ascii_address(mailbox.email), mailbox.name or None)


def _refusal(error: HTTPError) -> PreauError:
    status: int = error.status_code
    story = f"SendGrid answered {status}: {_told(error)}"
    if status in (401, 403):
        return RetryableError(
            "sendgrid_login_refused",
            story,
            "Check the account's API key and that the academy's sender_email is verified there.",
        )
    if status in (408, 429):
        return RetryableError("sendgrid_limited", story, retry_in=_wait(error))
    if status == 504:
        return _interrupted("504")
    if status >= 500:
        return RetryableError("sendgrid_unavailable", story)
    return PermanentError(
        "sendgrid_refused", story, "Correct the recipient's or the academy's address, or the mail."
    )


def _interrupted(how: str) -> RetryableError:
    return RetryableError(
        "sendgrid_interrupted",
        f"The connection ended before SendGrid's answer ({how}), so the mail may have been "
        "accepted or not.",
    )


def _told(error: HTTPError) -> str:
    """Return SendGrid's own words, without the addresses it repeats, at most 300 characters."""
    try:
        words = "; ".join(str(fault["message"]) for fault in error.to_dict["errors"])
    except (ValueError, KeyError, TypeError):
        words = str(error.reason)
    return _ADDRESS.sub("(address)", " ".join(words.split()))[:300]


def _wait(error: HTTPError) -> float:
    """Return how long SendGrid asks to wait: X-RateLimit-Reset is a moment, in epoch seconds."""
    reset = str((error.headers or {}).get("X-RateLimit-Reset") or "")
    return min(max(int(reset) - time.time(), 1.0), 600.0) if reset.isdigit() else 10.0
