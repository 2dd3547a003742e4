"""The queue `emails`: a mail of the outbox is due; write it and hand it to the mail server.

SMTP cannot be exactly-once: when the connection or this process dies between the server's taking
the mail and our noting it, nobody can tell. The choice here is at-least-once. A mail is tried again
until the server's answer is known, and every try carries the same Message-ID, made from the outbox
row, by which most mail programs show a second copy as the same mail. How often a mail is due is not
decided here: the outbox has one row for each event.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from preau import messages
from preau.errors import PermanentError, PreauError
from preau.mail import Academy, Recipient, render
from preau.mail.attachments import StoredFile, fetch
from preau.providers.mail import Attachment, Mailbox, OutgoingMail, mail_provider
from preau.worker import Context, crash_point

QUEUE: Final = "emails"
CONCURRENCY: Final = 5  # as many connections to the mail server: more, and many servers refuse


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
    data: dict[str, Any]
    attachments: tuple[StoredFile, ...] = ()
    message_id: str
    attempt: int


async def handle(message: Message, context: Context) -> None:
    """Send the mail, unless it was sent or cancelled meanwhile, and note what became of it."""
    email_id = str(message.email_id)
    due = await context.db.call("email_to_send", {"email_id": email_id})
    if not due:
        context.log.info("mail.not_due", email_id=email_id)
        return
    try:
        known = read(due)
        files = await fetch(known.attachments, context.db.http, context.settings)
        mail = compose(known, files)
        provider = mail_provider(context.settings)
        crash_point("emails.before_effect")
        accepted_as = await provider.send(mail)
        crash_point("emails.after_external_call")
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
    await context.db.call(
        "email_sent",
        {"email_id": email_id, "provider": provider.name, "provider_message_id": accepted_as},
    )
    crash_point("emails.after_commit")
    context.log.info("mail.sent", email_id=email_id, template=due["template"])


def read(due: dict[str, Any]) -> DueMail:
    """Return the mail that is due. Raises PermanentError for data it cannot be made of."""
    try:
        return DueMail.model_validate(due)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        story = "; ".join(f"{'.'.join(map(str, f['loc']))}: {f['msg']}" for f in faults)
        raise PermanentError(
            "mail_incomplete",
            f"The outbox row does not make a mail: {story}.",
            "Its academy, recipient or what it refers to is missing or malformed.",
        ) from error


def compose(mail: DueMail, files: tuple[Attachment, ...] = ()) -> OutgoingMail:
    """Return the mail, written in its reader's language. Raises what `render` raises."""
    academy = mail.academy
    written = render(mail.template, mail.locale, academy, mail.to, mail.data)
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
    )
