"""A payment page sends people back to the academy's own sites and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.support import shop
from tests.support.database import Db, connect, refused, rows, value
from tests.support.people import MECA, Cast

ALLOWED = [
    "https://mecaformation.fr",
    "https://mecaformation.fr/",
    "https://mecaformation.fr/merci?session={CHECKOUT_SESSION_ID}#haut",
    "https://mecaformation.fr?x=1",
    "https://mecaformation.fr#x",
    "https://MecaFormation.FR/merci",
    "https://www.mecaformation.fr/a@b",
    "https://mecaformation.fr/?next=https://evil.example",
    "http://localhost:3000/merci",
    "http://localhost:5173/merci",
    "http://127.0.0.1:3000/merci",
    "https://localhost:3000/merci",
]
REFUSED = [
    "https://evil.example",
    "https://mecaformation.fr@evil.example",
    "https://mecaformation.fr:x@evil.example/",
    "https://user@mecaformation.fr/",
    "https://mecaformation.fr\\@evil.example",
    "https://evil.example\\.mecaformation.fr",
    "https:\\\\mecaformation.fr",
    "https://mecaformation.fr.evil.example/",
    "https://evilmecaformation.fr/",
    "https://sub.mecaformation.fr/",
    "https://mecaformation.fr./",
    "https://mecaformation.fr:8443/",
    "https://mecaformation.fr:443/",
    "https://localhost:4000/",
    "https://localhost/",
    "http://mecaformation.fr/merci",
    "http://www.mecaformation.fr/",
    "HTTPS://mecaformation.fr/",
    "ftp://mecaformation.fr/",
    "javascript://mecaformation.fr/%0aalert(1)",
    "javascript:alert(1)",
    "//mecaformation.fr/",
    "/merci",
    "mecaformation.fr",
    " https://mecaformation.fr/",
    "https:// mecaformation.fr/",
    "https://mecaformation.fr \n.evil.example/",
    "https://mecaformation.fr\t/",
    "https://mécaformation.fr/",
    "https://mecaformation%2efr/",
    "https://[::1]/",
    "https:///mecaformation.fr",
    "https://",
    "",
    None,
    "https://mecaformation.fr/" + "a" * 2000,
]


@pytest.fixture(scope="module")
def there(shared_url: str) -> Iterator[Db]:
    with connect(shared_url) as db:
        yield db


def check(db: Db, url: str | None) -> None:
    value(
        db,
        "select private.check_return_url(a, %s) from public.academies as a where a.id = %s",
        url,
        MECA,
    )


@pytest.mark.parametrize("url", ALLOWED)
def test_the_academys_own_addresses_are_allowed(there: Db, url: str) -> None:
    check(there, url)


@pytest.mark.parametrize("url", REFUSED, ids=lambda url: str(url)[:60])
def test_any_other_address_is_refused(there: Db, url: str | None) -> None:
    with refused("return_url_not_allowed", 422):
        check(there, url)


def test_an_academy_without_hosts_allows_none(db: Db) -> None:
    db.execute("update public.academies set allowed_return_hosts = '{}'")
    with refused("return_url_not_allowed", 422):
        check(db, ALLOWED[0])


@pytest.mark.parametrize("hosts", ["{mecaformation.fr,null}", "{MecaFormation.fr}"])
def test_a_list_of_hosts_is_whole_and_lower_case(db: Db, hosts: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        db.execute("update public.academies set allowed_return_hosts = %s", [hosts])


@pytest.mark.parametrize("which", ["success_url", "cancel_url"])
def test_both_addresses_of_a_page_are_checked(db: Db, cast: Cast, which: str) -> None:
    made = shop.order(db, cast.alice)
    urls = {which: "https://mecaformation.fr@evil.example"}
    with refused("return_url_not_allowed", 422):
        shop.attempt(db, made["id"], cast.alice, **urls)
    assert rows(db, "select from public.payment_attempts") == []
