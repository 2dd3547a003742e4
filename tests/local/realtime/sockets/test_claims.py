"""What a token or a key stands for."""

from __future__ import annotations

import time

import pytest

from preau.local import keys
from preau.local.realtime.claims import TokenError, verify
from tests.local.tokens import sign, user_token

PERSON = "5f0b4d6c-3a7e-4b32-9e1b-1d9a3b1f5f60"


@pytest.mark.parametrize(
    ("key", "role"),
    [
        (keys.PUBLISHABLE_KEY, "anon"),
        (keys.ANON_JWT, "anon"),
        (keys.SECRET_KEY, "service_role"),
        (keys.SERVICE_ROLE_JWT, "service_role"),
    ],
)
def test_a_key_is_its_role(key: str, role: str) -> None:
    assert verify(key).role == role


def test_an_opaque_key_and_its_token_are_one_caller() -> None:
    assert verify(keys.PUBLISHABLE_KEY).key == verify(keys.ANON_JWT).key


def test_a_person_is_known_by_their_claims() -> None:
    caller = verify(user_token(PERSON))
    assert (caller.role, caller.claims["sub"]) == ("authenticated", PERSON)
    assert f'"sub":"{PERSON}"' in caller.canonical
    assert caller.expires_at > time.time()


def test_the_order_of_claims_makes_no_other_caller() -> None:
    claims: dict[str, object] = {"role": "authenticated", "exp": 4_000_000_000, "a": {"c": 1}}
    turned = dict(reversed(claims.items()))
    assert verify(sign(claims)).key == verify(sign(turned)).key


def test_any_other_claim_makes_another_caller() -> None:
    claims: dict[str, object] = {"role": "authenticated", "exp": 4_000_000_000}
    assert verify(sign(claims)).key != verify(sign(claims | {"aal": "aal2"})).key


def test_a_token_is_judged_at_the_time_given() -> None:
    token = sign({"role": "anon", "exp": 1000})
    assert verify(token, now=999).role == "anon"
    with pytest.raises(TokenError) as caught:
        verify(token, now=1005.7)
    assert caught.value.text == "Token has expired 5 seconds ago"
    assert caught.value.code == "InvalidJWTToken"


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("", "MalformedJWT"),
        ("a.b", "MalformedJWT"),
        ("é.é.é", "MalformedJWT"),
        ("W10.W10.x", "MalformedJWT"),
        (sign({"role": "anon", "exp": 4e9, "iat": "now"}), "MalformedJWT"),
        (sign({"role": "anon", "exp": "4e9"}), "InvalidJWTToken"),
        (sign({"role": ["anon"], "exp": 4e9}), "InvalidJWTToken"),
        (sign({"role": "anon", "exp": True}), "InvalidJWTToken"),
        (sign({"role": "anon", "exp": 4e9}, secret="x"), "JwtSignatureError"),
        (keys.ANON_JWT[:-4], "JwtSignatureError"),
    ],
)
def test_what_is_no_good_token_is_refused_by_name(token: str, code: str) -> None:
    with pytest.raises(TokenError) as caught:
        verify(token)
    assert caught.value.code == code


def test_a_token_that_names_no_algorithm_of_ours_is_not_believed() -> None:
    header = "eyJhbGciOiJub25lIn0"  # {"alg":"none"}
    _, claims, _ = keys.ANON_JWT.split(".")
    with pytest.raises(TokenError) as caught:
        verify(f"{header}.{claims}.")
    assert caught.value.code == "JwtSignatureError"
