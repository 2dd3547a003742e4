"""Tidy package-lock.json after `npm install --package-lock-only`.

Two things npm leaves for us: download addresses (a lock file here holds versions and hashes only),
and, where a registry mirror lacks another platform's binary package, a missing entry that makes
`npm ci` refuse the whole file. Such an entry is added with its version alone: the platform is
declared, not exercised. Run by `make lock`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

LOCK = Path(__file__).parent.parent / "package-lock.json"
PLATFORM = re.compile(r"(?P<os>darwin|linux|windows|win32)-(?P<cpu>x64|arm64)(-(?P<libc>musl))?$")


def platform_entry(name: str, version: str) -> dict[str, object] | None:
    """A version-only entry for a platform package, or None for any other package."""
    found = PLATFORM.search(name)
    if found is None:
        return None
    system = "win32" if found["os"] == "windows" else found["os"]
    entry: dict[str, object] = {"version": version.removeprefix("v"), "optional": True}
    entry |= {"os": [system], "cpu": [found["cpu"]]}
    return entry | ({"libc": ["musl"]} if found["libc"] else {})


def main() -> None:
    """Rewrite the lock file in place."""
    lock = json.loads(LOCK.read_text())
    packages = lock["packages"]
    for package in list(packages.values()):
        package.pop("resolved", None)
        for name, version in package.get("optionalDependencies", {}).items():
            path = f"node_modules/{name}"
            entry = platform_entry(name, version)
            if path not in packages and entry is not None:
                packages[path] = entry
    root, *rest = packages.items()
    lock["packages"] = dict([root, *sorted(rest)])
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
