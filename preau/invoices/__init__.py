"""Invoices and credit notes as PDF: from the sealed row to the same bytes, each time.

The database decides everything that is said; here it is put into French words (`document`) and
set (`pdf`, with `invoice.typ`).
"""

from __future__ import annotations

from preau.invoices.document import Document, document_of
from preau.invoices.facts import Facts
from preau.invoices.pdf import make_pdf

__all__ = ["Document", "Facts", "document_of", "make_pdf"]
