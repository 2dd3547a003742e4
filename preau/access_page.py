"""The manifest of access as a page: what each kind of person does with which rows."""

from __future__ import annotations

from pathlib import Path

from preau import access

PAGE = Path(__file__).parent.parent / "supabase" / "policies" / "README.md"
COLUMNS = {
    "anon": "a visitor",
    "stranger": "signed in, no member",
    "removed": "former member",
    "student": "student",
    "parent": "parent",
    "garage": "garage",
    "coach": "coach",
    "assistant": "assistant",
    "admin at aal2": "admin",
}
LETTERS = {"select": "S", "insert": "I", "update": "U", "delete": "D"}
INTRO = """# Policies

Who may do what is decided here and nowhere else. One file a domain; each policy is a sentence with
its actors, one per table and verb, over helpers of the schema `private` that ask once per query
where the caller belongs. Nothing here is applied as it stands: `preau policies build` writes the
policies that changed into a migration of their own, `preau policies check` says whether that was
forgotten.

`manifest/` says the same from the other side, as data: which rows each kind of person reaches by
each verb, which columns a client may write, what each function answers to whom. The policies are
held against it by `pytest tests/policies`, cell by cell; then each policy, grant and search path is
loosened once, and a cell must turn red. [CONTRIBUTING](../../CONTRIBUTING.md#a-policy) says
how.

The table below is made from the manifest by `preau policies table`. S, I, U, D are SELECT, INSERT,
UPDATE and DELETE; a dash is a request that is refused. Where an academy asks its staff for a second
factor, staff without one are plain members. Everything else is written by functions.
"""


def render(manifest: access.Manifest) -> str:
    """The whole page in Markdown."""
    lines = [INTRO, "| table | " + " | ".join(COLUMNS.values()) + " |"]
    lines.append("|---" * (len(COLUMNS) + 1) + "|")
    for name, table in sorted(manifest.tables.items()):
        cells = [_cell(table, persona) for persona in COLUMNS]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    lines += ["", "| word | rows |", "|---|---|"]
    lines += [f"| {word} | {rows} |" for word, rows in access.ATOMS.items() if word != "refused"]
    lines += ["", "## Functions", "", "What each does stands in its comment in the database."]
    lines += ["", "| function | who gets an answer |", "|---|---|"]
    for name, function in sorted(manifest.functions.items()):
        if function.who:
            lines.append(f"| `{name}` | {_callers(manifest, function)} |")
    return "\n".join(lines) + "\n"


def _cell(table: access.Table, persona: str) -> str:
    words = {verb: table.cells[verb][persona] for verb in access.VERBS}
    said = [f"{LETTERS[verb]} {word}" for verb, word in words.items() if word != "refused"]
    return " · ".join(said) or "–"


def _callers(manifest: access.Manifest, function: access.Function) -> str:
    able = [p for p in manifest.personas if function.who[p] == "ok"]
    barred = [p for p in manifest.personas if function.who[p] != "ok"]
    if not barred:
        return "everybody"
    if len(able) > len(barred):
        return f"everybody but {', '.join(barred)}"
    return ", ".join(able) or "nobody with the ids the proof has: see the manifest"
