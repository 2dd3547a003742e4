"""Supabase Auth's Send Email hook: telling its calls from others', and the mails each asks for.

Signed as Standard Webhooks are (github.com/standard-webhooks): HMAC-SHA256 over id, timestamp and
the raw body, by a secret `v1,whsec_<base64>`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import time
from typing import Any, Final
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from preau.errors import ExpectedError

TOLERANCE_SECONDS: Final = 300
ACTIONS: Final = ("signup", "recovery", "magiclink", "invite", "email_change", "reauthentication")
_ID = re.compile(r"[\x21-\x7e]{1,150}")
_SECONDS = re.compile(r"[0-9]{1,12}")


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


class User(_Part):
    """Whose account it is."""

    id: UUID
    email: str | None = Field(None, max_length=320)
    new_email: str | None = Field(None, max_length=320)


class EmailData(_Part):
    """What the mail is to carry."""

    email_action_type: str = Field(max_length=100)
    token: str = Field("", max_length=100)
    token_hash: str = Field("", max_length=200)
    token_new: str = Field("", max_length=100)
    token_hash_new: str = Field("", max_length=200)
    redirect_to: str = Field("", max_length=2000)


class AuthCall(_Part):
    """A call of the hook."""

    user: User
    email_data: EmailData

    @property
    def host(self) -> str | None:
        """The host of the page that the link leads back to."""
        try:
            return urlsplit(self.email_data.redirect_to).netloc.lower() or None
        except ValueError:
            return None

    def mails(self, supabase_url: str) -> list[dict[str, Any]]:
        """Return what `worker.queue_auth_mails` takes; nothing for an action we do not know."""
        data, user = self.email_data, self.user
        if data.email_action_type not in ACTIONS:
            return []
        letters = [(user.email, data.token, data.token_hash)]
        if data.email_action_type == "email_change":
            # By a quirk that Auth keeps: token_hash_new belongs to the present address and its
            # token, token_hash to the new address and token_new; without the first, token is the
            # new address's.
            letters = [(user.new_email, data.token_new or data.token, data.token_hash)]
            if data.token_hash_new:
                letters.append((user.email, data.token, data.token_hash_new))
        return [
            {
                "address": address,
                "action": data.email_action_type,
                "code": code,
                "link": self._link(supabase_url, token_hash),
            }
            for address, code, token_hash in letters
            if address
        ]

    def _link(self, supabase_url: str, token_hash: str) -> str | None:
        data = self.email_data
        if data.email_action_type == "reauthentication" or not token_hash:
            return None
        query = {"token": token_hash, "type": data.email_action_type}
        if data.redirect_to:
            query["redirect_to"] = data.redirect_to
        return f"{supabase_url}/auth/v1/verify?{urlencode(query)}"


def verify(
    body: bytes, call_id: str | None, timestamp: str | None, signatures: str | None, secrets: str
) -> AuthCall:
    """Return the call in `body`, signed by one of the `|`-separated `secrets`, as Auth writes them.

    Raises ExpectedError: 401 `invalid_signature`, 400 `invalid_call`.
    """
    wanted = [_key(part) for part in secrets.split("|") if part.strip()]
    if not (
        _ID.fullmatch(call_id or "")
        and _SECONDS.fullmatch(timestamp or "")
        and abs(time.time() - int(timestamp or 0)) <= TOLERANCE_SECONDS
        and _is_signed(f"{call_id}.{timestamp}.".encode() + body, signatures or "", wanted)
    ):
        raise ExpectedError(
            "invalid_signature",
            "The webhook headers do not fit this body, this secret and this time.",
            401,
            "Check the hook's secret and the clock of this machine.",
        )
    try:
        return AuthCall.model_validate_json(body)
    except ValidationError as error:
        raise ExpectedError(
            "invalid_call", "The body is not a call of the Send Email hook.", 400
        ) from error


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.strip().removeprefix("v1,").removeprefix("whsec_"))
    except binascii.Error:
        return b""


def _is_signed(content: bytes, signatures: str, keys: list[bytes]) -> bool:
    given = [part[3:] for part in signatures.split(" ") if part.startswith("v1,")]
    for key in filter(None, keys):
        right = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        if any(hmac.compare_digest(right.encode(), one.encode()) for one in given):
            return True
    return False
