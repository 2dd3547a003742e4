"""The queue `emails`: a mail of the outbox is due; write it and hand it to the mail server.

SMTP cannot be exactly-once: when the connection or this process dies between the server's taking
the mail and our noting it, nobody can tell. The choice here is at-least-once. A mail is tried again
until the server's answer is known, and every try carries the same Message-ID, made from the outbox
row, by which most mail programs show a second copy as the same mail. A worker that was held up for
longer than its lease sends nothing: what is left is the moment between that look at the clock and
the server's taking the mail. How often a mail is due is not
decided here: the outbox has one row for each event.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from preau import messages
from preau.errors import LeaseOverError, PermanentError, PreauError, RetryableError
from preau.mail import Academy, Recipient, render
from preau.mail.attachments import StoredFile, fetch
from preau.providers.accounts import ProviderAccount
from preau.providers.mail import Attachment, Mailbox, OutgoingMail
from preau.providers.mail.accounts import Route, addressed, ready, routes
from preau.settings import Settings
from preau.worker import Context, crash_point

QUEUE: Final = "emails"
CONCURRENCY: Final = 20


class Message(messages.Message):
    """The outbox row to send."""

    email_id: UUID


class DueMail(BaseModel):
    """What `worker.email_to_send` gives: everything one mail needs."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    template: str
    locale: str
    to: Recipient
    academy: Academy
    accounts: tuple[ProviderAccount, ...] = ()
    data: dict[str, Any]
    attachments: tuple[StoredFile, ...] = ()
    message_id: str
    attempt: int
    unsubscribe_token: str | None = None


async def handle(message: Message, context: Context) -> None:
    """Send the mail, unless it was sent or cancelled meanwhile, and note what became of it."""
    email_id = str(message.email_id)
    due = await context.db.call("email_to_send", {"email_id": email_id})
    if not due:
        context.log.info("mail.not_due", email_id=email_id)
        return
    if "failed" in due:  # just now or by a worker that was killed: its row says so already
        raise PermanentError(
            due["failed"],
            "The mail was given up and is tried no more.",
            "`preau jobs replay emails` sends it after all.",
        )
    try:
        mail, way = await _written(due, context)
        crash_point("emails.before_effect")
        context.ensure_lease()
        accepted_as = await _send(mail, way)
    except LeaseOverError:  # whoever has the mail now writes its history
        raise
    except PreauError as error:
        await context.db.call(
            "email_failed",
            {
                "email_id": email_id,
                "code": error.code,
                "message": str(error),
                "permanent": isinstance(error, PermanentError),
            },
        )
        raise
    crash_point("emails.before_commit")
    account = way.account
    await context.db.call(
        "email_sent",
        {
            "email_id": email_id,
            "provider": way.provider().name,
            "provider_message_id": accepted_as,
            "account_id": str(account.id) if account else None,
        },
    )
    crash_point("emails.after_commit")
    context.log.info("mail.sent", email_id=email_id, template=due["template"])


async def _written(due: dict[str, Any], context: Context) -> tuple[OutgoingMail, Route]:
    known = read(due)
    way = await ready(routes(context.settings, known.accounts), known.attempt)
    files = await fetch(known.attachments, context.db.http, context.settings)
    return compose(known, files, context.settings), way


async def _send(mail: OutgoingMail, way: Route) -> str:
    """Hand the mail over, and let the account's circuit know how that went."""
    try:
        provider = way.provider()
        accepted_as = await provider.send(addressed(mail, way, provider))
    except RetryableError as error:
        way.circuit.failed(error)
        raise
    except PermanentError:  # the account answered: it was the mail
        way.circuit.succeeded()
        raise
    crash_point("emails.after_external_call")
    way.circuit.succeeded()
    return accepted_as


def read(due: dict[str, Any]) -> DueMail:
    """Return the mail that is due. Raises PermanentError for data it cannot be made of."""
    return messages.checked(
        DueMail,
        due,
        "mail_incomplete",
        "The outbox row does not make a mail",
        "Its academy, recipient or what it refers to is missing or malformed.",
    )


def compose(mail: DueMail, files: tuple[Attachment, ...], settings: Settings) -> OutgoingMail:
    """Return the mail, written in its reader's language. Raises what `render` raises."""
    academy = mail.academy
    leave = None
    if mail.unsubscribe_token is not None:
        leave = f"{settings.public_functions_url()}/unsubscribe/{mail.unsubscribe_token}"
    data = {**mail.data, "unsubscribe_url": leave}
    written = render(mail.template, mail.locale, academy, mail.to, data)
    return OutgoingMail(
        email_id=mail.id,
        message_id=mail.message_id,
        sender=Mailbox(academy.sender_email, academy.sender_name),
        to=Mailbox(mail.to.email, mail.to.name),
        reply_to=Mailbox(academy.reply_to, academy.sender_name) if academy.reply_to else None,
        subject=written.subject,
        text=written.text,
        html=written.html,
        language=written.locale,
        template=mail.template,
        attachments=files,
        unsubscribe_url=leave,
    )
