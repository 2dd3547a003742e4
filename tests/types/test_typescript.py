"""The TypeScript types are of use: a front end's selects compile with them, its mistakes do not."""

from __future__ import annotations

import subprocess
from pathlib import Path

from preau.local import programs
from preau.local.paths import PROJECT

SOURCE = Path(__file__).parent / "front-end.ts"
EXPECTED = "// @ts-expect-error"


def compiled(source: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            *(programs.require().node, "node_modules/typescript/bin/tsc", "--noEmit", "--strict"),
            *("--module", "esnext", "--moduleResolution", "bundler", "--target", "es2022"),
            *("--allowImportingTsExtensions", "--skipLibCheck", str(source)),
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_what_a_front_end_writes_compiles_and_its_mistakes_do_not() -> None:
    answer = compiled(SOURCE)
    assert answer.returncode == 0, answer.stdout


def test_each_mistake_is_one() -> None:
    """Without its mark, the compiler names the line."""
    text = SOURCE.read_text()
    unmarked = SOURCE.with_name("unmarked.ts")
    unmarked.write_text(text.replace(EXPECTED, "//"))
    try:
        answer = compiled(unmarked)
    finally:
        unmarked.unlink()
    assert answer.stdout.count("error TS") >= text.count(f"\n{EXPECTED}") == 5
