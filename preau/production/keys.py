"""Keys: each in its place, none in a place that browsers see, none that everybody knows."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Final, Literal

from preau.production.finding import Finding
from preau.production.target import Target

Kind = Literal["secret", "publishable", "unknown"]
SECRET_PLACES: Final = ("SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY")
PUBLIC_PLACES: Final = ("SUPABASE_PUBLISHABLE_KEY", "SUPABASE_ANON_KEY")
# `supabase start` has them, so everybody does; the legacy ones say so themselves ("supabase-demo").
WELL_KNOWN: Final = frozenset(
    {
        "sb_publishable_ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH",
        "sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz",
    }
)
# Bundlers put variables of these names into what a browser loads.
BROWSER_NAME: Final = re.compile(
    r"^(NEXT_PUBLIC|VITE|PUBLIC|REACT_APP|EXPO_PUBLIC|NUXT_PUBLIC|GATSBY|VUE_APP)_"
)
_SECRET_VALUE = re.compile(r"^(sb_secret_|[sr]k_(live|test)_|whsec_|SG\.|xkeysib-)")


def kind(key: str) -> Kind:
    """Tell what a key of Supabase's is, old or new."""
    if key.startswith("sb_secret_"):
        return "secret"
    if key.startswith("sb_publishable_"):
        return "publishable"
    role = claims(key).get("role")
    return {"service_role": "secret", "anon": "publishable"}.get(str(role), "unknown")  # type: ignore[return-value]


def claims(key: str) -> dict[str, object]:
    """Return what a legacy key says of itself, unverified; nothing of a key of another form."""
    parts = key.split(".")
    if len(parts) != 3:
        return {}
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        found = json.loads(base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def in_their_places(target: Target) -> Iterator[Finding]:
    """The secret key where the secret key belongs, and the other where that does."""
    leaked = "Put sb_publishable_… there. The secret key is out: replace it in Settings → API keys."
    places: list[tuple[tuple[str, ...], Kind, str]] = [
        (SECRET_PLACES, "secret", "Put the key sb_secret_… of Settings → API keys there."),
        (PUBLIC_PLACES, "publishable", leaked),
    ]
    for names, wanted, todo in places:
        for name in names:
            value = target.given(name)
            if value is None:
                continue
            found = kind(value)
            yield Finding(name, found == wanted, f"holds a key of kind {found}", todo)
    for names in (SECRET_PLACES, PUBLIC_PLACES):
        if target.given(*names) is None:
            yield Finding(
                names[0], False, "is not set", "Set it, as functions and workers have it."
            )


def not_well_known(target: Target) -> Iterator[Finding]:
    """The keys of a local stack open nothing only as long as nothing accepts them."""
    known = sorted(
        name
        for name in (*SECRET_PLACES, *PUBLIC_PLACES)
        if (value := target.given(name))
        and (value in WELL_KNOWN or claims(value).get("iss") == "supabase-demo")
    )
    yield Finding(
        "local keys",
        not known,
        f"{', '.join(known)}: a local stack's, which everybody knows" if known else "none",
        "Replace them by the project's own; a project that accepts these is open to anybody.",
    )


def not_legacy(target: Target) -> Iterator[Finding]:
    """Legacy keys are tokens that live for ten years, and cannot be replaced one by one."""
    legacy = sorted(
        name
        for name in (*SECRET_PLACES, *PUBLIC_PLACES)
        if (value := target.given(name)) and claims(value)
    )
    if legacy:
        yield Finding(
            "legacy keys",
            False,
            ", ".join(legacy),
            "Make new ones (sb_…) in Settings → API keys, then disable the legacy ones.",
            warning=True,
        )


def out_of_browsers(target: Target) -> Iterator[Finding]:
    """No secret in a variable that a bundler hands to every visitor."""
    shown = sorted(
        name
        for name, value in target.env.items()
        if BROWSER_NAME.match(name)
        and (_SECRET_VALUE.match(value) or claims(value).get("role") == "service_role")
    )
    yield Finding(
        "keys in browsers",
        not shown,
        f"{', '.join(shown)}: a secret under a name that bundlers publish" if shown else "none",
        "Take it out and replace that key: whoever loaded the page has it.",
    )


def no_traps(target: Target) -> Iterator[Finding]:
    """What belongs to a local stack and nowhere else."""
    left = sorted(name for name in ("PREAU_LOCAL_STACK", "PREAU_CRASH_AT") if target.given(name))
    left = [name for name in left if target.given(name) != "0"]
    yield Finding(
        "local switches",
        not left,
        f"{', '.join(left)} is set" if left else "none is set",
        "Unset it: it is for the local stack and its tests.",
    )
