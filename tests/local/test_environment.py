"""The environment of the stack's pieces: nothing from outside leads them elsewhere."""

from __future__ import annotations

import pytest

from preau.errors import PreauError
from preau.local import environment
from preau.local.ports import Ports


def test_what_names_another_supabase_stays_outside() -> None:
    outside = {"SUPABASE_URL": "https://other.example", "SMTP_HOST": "mail.example", "HOME": "x"}
    env = environment.child_env(Ports(), outside)
    assert env["SUPABASE_URL"] == "http://127.0.0.1:54321"
    assert (env["SMTP_HOST"], env["HOME"]) == ("127.0.0.1", "x")


def test_a_test_key_of_stripe_replaces_the_stand_in() -> None:
    env = environment.child_env(Ports(), {"STRIPE_SECRET_KEY": "sk_test_1"})
    assert env["STRIPE_SECRET_KEY"] == "sk_test_1"
    assert "STRIPE_API_BASE" not in env


@pytest.mark.parametrize(
    "variable",
    [
        {"STRIPE_SECRET_KEY": "sk_live_1"},
        {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_AURORA50_SECRET_KEY": "rk_live_1"},
    ],
)
def test_a_live_key_is_refused(variable: dict[str, str]) -> None:
    with pytest.raises(PreauError, match="live key"):
        environment.refuse_live_keys(variable)
    environment.refuse_live_keys({"STRIPE_SECRET_KEY": "sk_test_1"})
