"""Setting a document with Typst: one compiler, the fonts it brings along, the same bytes each time.

PDF/A-2b (ISO 19005-2), since an invoice is kept for ten years. That standard wants every character
to have a glyph, so what the fonts lack is shown as a box instead of stopping the invoice: they have
Latin, Greek, Cyrillic and Arabic letters.
"""

from __future__ import annotations

import json
import threading
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typst

from preau.errors import PermanentError
from preau.invoices.document import document_of

if TYPE_CHECKING:
    from preau.invoices.facts import Facts

TEMPLATE: Final = Path(__file__).parent / "invoice.typ"
_PROBE: Final = Path(__file__).parent / "glyph.typ"
_BOX: Final = "\u25a1"
_ONE_AT_A_TIME: Final = threading.Lock()


def make_pdf(facts: Facts) -> bytes:
    """Return the PDF of an invoice. Blocks for some milliseconds: call it in a thread.

    Raises PermanentError `invoice_not_set` for what Typst cannot set.
    """
    data = json.dumps(_shown(document_of(facts)), ensure_ascii=False, sort_keys=True)
    try:
        with _ONE_AT_A_TIME:
            pdf = _compiler().compile(
                format="pdf",
                sys_inputs={"data": data},
                pdf_standards="a-2b",
                timestamp=facts.created_at.replace(microsecond=0),
            )
    except typst.TypstError as error:
        raise PermanentError(
            "invoice_not_set",
            f"The PDF of {facts.object_name} could not be made: {str(error)[:300]}",
            "The row says something that the template does not expect.",
        ) from error
    if not isinstance(pdf, bytes):  # several files or none: not what PDF gives
        raise TypeError("Typst made no single file")
    return pdf


@cache
def _compiler() -> typst.Compiler:
    """Return the compiler, which keeps fonts and template; no font of the machine is looked at."""
    return typst.Compiler(str(TEMPLATE), ignore_system_fonts=True)


@cache
def _prober() -> typst.Compiler:
    return typst.Compiler(str(_PROBE), ignore_system_fonts=True)


def _shown(value: Any) -> Any:
    """Return the strings with a box for each character that has no glyph; no control characters."""
    if isinstance(value, dict):
        return {key: _shown(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_shown(item) for item in value]
    if not isinstance(value, str):
        return value
    return "".join(map(_character, unicodedata.normalize("NFC", value)))


def _character(character: str) -> str:
    if character < "\u0180" and character.isprintable():
        return character
    category = unicodedata.category(character)
    if category == "Zs":
        return character
    if category in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
        return " " if character in "\n\r\t\u2028\u2029" else ""
    return character if _has_glyph(character) else _BOX


@lru_cache(maxsize=4096)
def _has_glyph(character: str) -> bool:
    try:
        with _ONE_AT_A_TIME:
            _prober().compile(format="pdf", sys_inputs={"data": character}, pdf_standards="a-2b")
    except typst.TypstError:
        return False
    return True
