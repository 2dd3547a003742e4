"""French spaces for the templates: written as plain spaces, printed as the ones French wants.

Narrow no-break before `? ! ;`, no-break before `:` and inside `« »` (Imprimerie nationale). Writers
of templates could not see the difference, so it is made when a template of the French folder is
loaded; what fills a template is left as it is.
"""

from __future__ import annotations

import re

from jinja2 import Environment
from jinja2.ext import Extension

_BEFORE_TALL = re.compile(r"(?<=\S) (?=[?!;](?:\s|<|$))")
_BEFORE_COLON = re.compile(r"(?<=\S) (?=:(?:\s|<|$))")


def french_spaces(text: str) -> str:
    """Return French text with its no-break spaces."""
    text = _BEFORE_TALL.sub("\u202f", text)
    text = _BEFORE_COLON.sub("\u00a0", text)
    return text.replace("« ", "«\u00a0").replace(" »", "\u00a0»")


class FrenchSpaces(Extension):
    """Applies `french_spaces` to the source of templates in a folder named `fr`."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the source as it is to be compiled."""
        return french_spaces(source) if name and "/fr/" in f"/{name}" else source
