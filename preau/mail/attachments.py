"""The files that go with a mail: fetched from Storage when it is sent, never kept in the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, Field

from preau.errors import PermanentError, RetryableError
from preau.providers.mail.message import Attachment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from preau.settings import Settings

MAX_FILES: Final = 10
MAX_BYTES: Final = 10 * 1024 * 1024  # all together: base64 adds a third; many servers take 20


class StoredFile(BaseModel):
    """Where a file is, and the name the reader sees. A template's facts list them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bucket: str = Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")
    path: str = Field(max_length=500, pattern=r"^(\w[\w .-]*/)*\w[\w .-]*$")
    name: str = Field(pattern=r"^[^/\\\x00-\x1f\x7f]{1,150}$")
    type: str = Field(pattern=r"^[a-z]+/[a-z0-9][a-z0-9.+-]{0,99}$")


async def fetch(
    files: Sequence[StoredFile], http: httpx.AsyncClient, settings: Settings
) -> tuple[Attachment, ...]:
    """Return the files' contents. Raises RetryableError while one is not to be had.

    PermanentError `attachments_too_large` over 10 files or 10 MB, whatever Storage announces.
    """
    if len(files) > MAX_FILES:
        raise _too_large(f"{len(files)} files")
    left = MAX_BYTES
    fetched = []
    for file in files:
        content = await _content(file, left, http, settings)
        left -= len(content)
        fetched.append(Attachment(file.name, file.type, content))
    return tuple(fetched)


async def _content(
    file: StoredFile, limit: int, http: httpx.AsyncClient, settings: Settings
) -> bytes:
    key = settings.require_secret_key()
    headers = {"apikey": key, "Authorization": f"Bearer {key}"}
    address = f"{settings.require_url()}/storage/v1/object/{file.bucket}/{quote(file.path)}"
    content = bytearray()
    try:
        async with http.stream("GET", address, headers=headers) as answer:
            if answer.status_code != httpx.codes.OK:
                raise RetryableError(
                    "attachment_unavailable",
                    f"Storage answered {answer.status_code} for a file of the bucket "
                    f"{file.bucket} that goes with this mail.",
                    "It may not have been written yet; the mail waits for it.",
                )
            async for part in answer.aiter_bytes():
                content += part
                if len(content) > limit:
                    raise _too_large(f"more than {MAX_BYTES // 1024 // 1024} MB")
    except httpx.TransportError as error:
        raise RetryableError(
            "attachment_unavailable", f"Storage did not answer ({type(error).__name__})."
        ) from error
    return bytes(content)


def _too_large(story: str) -> PermanentError:
    return PermanentError(
        "attachments_too_large",
        f"The files of this mail are {story}.",
        "Send a link to them instead.",
    )
