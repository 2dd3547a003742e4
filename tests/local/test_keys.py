"""The published keys are what they are said to be."""

from __future__ import annotations

import pytest

from preau.local import keys
from tests.local.tokens import sign


@pytest.mark.parametrize(
    ("token", "role"), [(keys.ANON_JWT, "anon"), (keys.SERVICE_ROLE_JWT, "service_role")]
)
def test_the_demo_tokens_are_signed_with_the_secret(token: str, role: str) -> None:
    assert token == sign({"iss": "supabase-demo", "role": role, "exp": 1983812996})


def test_every_key_stands_for_one_of_two_tokens() -> None:
    assert set(keys.ROLE_TOKENS.values()) == {keys.ANON_JWT, keys.SERVICE_ROLE_JWT}
    assert keys.ROLE_TOKENS[keys.PUBLISHABLE_KEY] == keys.ANON_JWT
    assert keys.ROLE_TOKENS[keys.SECRET_KEY] == keys.SERVICE_ROLE_JWT
