"""Putting files into Storage with the secret key; who reads them is the policies' to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import httpx

from preau.errors import PermanentError, RetryableError

if TYPE_CHECKING:
    from preau.settings import Settings

_PASSING: Final = frozenset({408, 409, 423, 425, 429})


async def put(
    bucket: str, path: str, content: bytes, kind: str, http: httpx.AsyncClient, settings: Settings
) -> None:
    """Store `content` of the media type `kind`, in place of what may lie there: safe to repeat.

    Raises RetryableError `storage_unavailable`, or PermanentError `storage_refused` for what the
    bucket does not take.
    """
    key = settings.require_secret_key()
    address = f"{settings.require_url()}/storage/v1/object/{bucket}/{quote(path)}"
    headers = {
        "apikey": key,
        "Authorization": f"Bearer {key}",
        "Content-Type": kind,
        "x-upsert": "true",
        "cache-control": "max-age=3600",
    }
    try:
        answer = await http.post(address, content=content, headers=headers)
    except httpx.TransportError as error:
        raise RetryableError(
            "storage_unavailable", f"Storage did not answer ({type(error).__name__})."
        ) from error
    if answer.is_success:
        return
    story = f"Storage answered {answer.status_code} for a file of the bucket {bucket}."
    if answer.status_code in _PASSING or answer.is_server_error:
        raise RetryableError("storage_unavailable", story)
    raise PermanentError(
        "storage_refused",
        story,
        "Is the bucket there, does it take this type and size, is the key the project's own?",
    )
