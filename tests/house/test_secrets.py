"""No secret and no known password in the repository: an admin's password once stood in a seed."""

from __future__ import annotations

import re
import subprocess

import pytest
import yaml

from tests.house.files import ROOT, tracked

SECRETS = {
    "a live Stripe key": r"\b[sr]k_live_[0-9A-Za-z]{16,}",
    "a SendGrid key": r"\bSG\.[\w-]{16,}\.[\w-]{16,}",
    "a Brevo key": r"\bxkeysib-[0-9a-f]{16,}",
    "an OpenAI key": r"\bsk-(proj-)?[0-9A-Za-z]{20,}",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a hosted project's key": r"\bsb_secret_(?!N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz)[\w-]{16,}",
    "a hosted project's address": r"https://[a-z]{20}\.supabase\.co",
}
PASSWORD = re.compile(r"crypt\(|gen_salt|encrypted_password|bcrypt", re.IGNORECASE)


def test_nothing_tracked_holds_a_secret() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {what}"
        for path in tracked()
        for what, pattern in SECRETS.items()
        if re.search(pattern, path.read_text(errors="replace"))
    ]
    assert found == []


def test_no_seed_and_no_migration_makes_a_password() -> None:
    for path in tracked():
        if path.suffix == ".sql" and path.is_relative_to(ROOT / "seed"):
            assert not PASSWORD.search(path.read_text()), path
        if path.is_relative_to(ROOT / "supabase" / "migrations"):
            assert not PASSWORD.search(path.read_text()), path


def is_ignored(path: str) -> bool:
    asked = ["git", "check-ignore", "--quiet", "--no-index", path]
    return subprocess.run(asked, cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("service", ["functions", "workers"])
def test_the_file_that_the_composition_reads_keys_from_is_ignored(service: str) -> None:
    services = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]
    assert is_ignored(f"deploy/{services[service]['env_file']}")


def test_the_example_of_settings_is_tracked() -> None:
    assert not is_ignored(".env.example")
    assert ROOT / ".env.example" in tracked()
