"""`preau mail preview` and `preau mail send-test`: see a mail before anybody gets it."""

from __future__ import annotations

import asyncio
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import psycopg
import typer
from psycopg.rows import dict_row

from preau.cli import target
from preau.cli.console import HomeOption, out
from preau.errors import PreauError
from preau.local.paths import Home

if TYPE_CHECKING:
    from preau.mail import Academy

TemplateArgument = Annotated[
    str | None, typer.Argument(help="A folder of preau/mail/templates; all if none is named.")
]
LocaleOption = Annotated[str, typer.Option(help="fr or en.")]
AcademyOption = Annotated[
    str | None,
    typer.Option(help="Branded as this academy of the database; an example's if not given."),
]


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    mail = typer.Typer(
        name="mail",
        help="See what mails look like.\n\nExample: `preau mail preview welcome --open`",
        no_args_is_help=True,
    )
    mail.command()(preview)
    mail.command(name="send-test")(send_test)
    app.add_typer(mail)


def preview(
    template: TemplateArgument = None,
    locale: Annotated[str | None, typer.Option(help="fr or en; both if not given.")] = None,
    academy: AcademyOption = None,
    folder: Annotated[
        Path | None, typer.Option("--out", help="Where to; `mails` in the state folder.")
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Show them in the browser.")] = False,
    home: HomeOption = None,
) -> None:
    """Write mails as pages, filled with their samples. Needs no stack; sends nothing.

    Example: `preau mail preview welcome --academy mecaformation --open`
    """
    from preau.languages import LOCALES
    from preau.mail import preview as mails

    found = Home.find(home)
    looks = mails.SAMPLE if academy is None else _academy(academy, found)
    page = mails.write(
        folder or found.root / "mails",
        looks,
        [template] if template else (),
        [locale] if locale else LOCALES,
    )
    out.print(f"Wrote {page}.", markup=False)
    if open_:
        webbrowser.open(page.as_uri())


def send_test(
    address: Annotated[str, typer.Argument(help="Whom to send it to: yourself.")],
    template: Annotated[str, typer.Argument(help="A folder of preau/mail/templates.")] = "welcome",
    locale: LocaleOption = "fr",
    academy: AcademyOption = None,
    home: HomeOption = None,
) -> None:
    """Send one mail, filled with its sample, by the environment's mail account.

    With MAIL_REDIRECT_TO it goes there. The local stack's inbox is used by: `eval "$(preau env)"`.

    Example: `preau mail send-test me@example.org invitation`
    """
    from preau.mail import preview as mails
    from preau.providers.mail import Mailbox, OutgoingMail
    from preau.providers.mail.accounts import addressed, route
    from preau.settings import get_settings

    looks = mails.SAMPLE if academy is None else _academy(academy, Home.find(home))
    written = mails.written(template, locale, looks)
    way = route(get_settings(), None)
    provider, key = way.provider(), str(uuid4())
    mail = OutgoingMail(
        email_id=key,
        message_id=f"{key}@{looks.sender_email.rpartition('@')[2]}",
        sender=Mailbox(looks.sender_email, looks.sender_name),
        to=Mailbox(address),
        subject=f"[essai] {written.subject}",
        text=written.text,
        html=written.html,
        language=written.locale,
        template=template,
    )
    going = addressed(mail, way, provider)
    asyncio.run(provider.send(going))
    out.print(f"{provider.name} has taken it for {going.to.email}.", markup=False)


def _academy(slug: str, home: Home) -> Academy:
    from preau.mail import Academy

    url = target.database(home).url
    with psycopg.connect(url, connect_timeout=10, row_factory=dict_row) as db:
        row = db.execute("select * from public.academies where slug = %s", [slug]).fetchone()
    if row is None:
        raise PreauError("unknown_academy", f"There is no academy {slug}.", "Give its slug.")
    return Academy.model_validate(row)
