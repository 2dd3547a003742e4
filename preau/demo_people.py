"""People to try an academy with: accounts marked app_metadata.demo, whose passwords are seen once.

Their addresses end in .local, where no mail ever goes. Nothing here knows a password beforehand.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import psycopg

from preau.errors import PreauError


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to make; the address is made of the first name and the academy."""

    academy: str
    first_name: str
    role: str
    pseudonym: str | None = None
    pupil: str | None = None
    """The first name of the pupil whose guardian this is; the pupil is made before."""

    @property
    def email(self) -> str:
        """Where no mail goes."""
        return address(self.first_name, self.academy)


PEOPLE = (
    DemoPerson("mecaformation", "adele", "admin"),
    DemoPerson("mecaformation", "colette", "coach"),
    DemoPerson("mecaformation", "alice", "student"),
    DemoPerson("mecaformation", "garance", "garage"),
    DemoPerson("aurora50", "auguste", "admin"),
    DemoPerson("aurora50", "claire", "coach"),
    DemoPerson("aurora50", "dora", "student"),
    DemoPerson("nexus-reussite", "nadia", "admin"),
    DemoPerson("nexus-reussite", "helene", "coach", pseudonym="Hélios"),
    DemoPerson("nexus-reussite", "zeineb", "coach", pseudonym="Zénon"),
    DemoPerson("nexus-reussite", "nour", "student"),
    DemoPerson("nexus-reussite", "paul", "parent", pupil="nour"),
)


def address(first_name: str, academy: str) -> str:
    """An address under .local."""
    return f"{first_name}@{academy}.local"


def make(
    url: str, secret_key: str, connection: psycopg.Connection
) -> Iterator[tuple[DemoPerson, str | None]]:
    """Make everybody; yields each with the new password, or None where the account was there.

    Raises PreauError where Auth refuses, or where an address belongs to an account that is no demo.
    """
    headers = {"apikey": secret_key, "Authorization": f"Bearer {secret_key}"}
    with httpx.Client(base_url=url, headers=headers, timeout=15, trust_env=False) as auth:
        for person in PEOPLE:
            password = _account(auth, person)
            connection.execute(
                "select private.place_demo_person(%s, %s, %s, %s, %s)",
                [
                    *(person.academy, person.email, person.role, person.pseudonym),
                    person.pupil and address(person.pupil, person.academy),
                ],
            )
            yield person, password


def _account(auth: httpx.Client, person: DemoPerson) -> str | None:
    password = secrets.token_urlsafe(15)
    answer = auth.post(
        "/auth/v1/admin/users",
        json={
            "email": person.email,
            "password": password,
            "email_confirm": True,
            "app_metadata": {"demo": True},
            "user_metadata": {"first_name": person.first_name.title(), "last_name": "Démo"},
        },
    )
    if answer.is_success:
        return password
    said = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    if said.get("error_code") == "email_exists":
        return None
    raise PreauError(
        "demo_refused",
        f"Auth did not make {person.email}: {said.get('msg') or answer.status_code}",
        "Look at `preau logs auth`, and check the secret key.",
    )
