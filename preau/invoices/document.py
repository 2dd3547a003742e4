"""An invoice's facts in French words: what the template sets, string by string, and nothing else.

Which particulars there are is the law's choice: CGI, annexe II, art. 242 nonies A. A template that
only lays out strings cannot miscalculate.
"""

from __future__ import annotations

import re
from typing import Any, Final
from zoneinfo import ZoneInfo

from preau.invoices.facts import Facts, Line, Party, Payment, Seller
from preau.mail.academy import DEFAULT_COLOR
from preau.mail.dates import format_date
from preau.mail.money import format_money
from preau.mail.typography import french_spaces

Document = dict[str, Any]
_NBSP = "\u00a0"
_METHODS: Final = {
    "card": "par carte bancaire",
    "sepa_debit": "par prélèvement SEPA",
    "customer_balance": "par virement",
    "bank_transfer": "par virement",
    "cheque": "par chèque",
    "cash": "en espèces",
}
_COUNTRIES: Final = {"FR": "France", "TN": "Tunisie", "BE": "Belgique", "CH": "Suisse"}


def document_of(facts: Facts) -> Document:
    """Return the strings of an invoice or a credit note, in the order the page has them."""
    credit = facts.kind == "credit_note"
    seller = facts.seller
    return {
        "kind": "Avoir" if credit else "Facture",
        "number": facts.number,
        "color": seller.color
        if re.fullmatch("#[0-9a-fA-F]{6}", seller.color or "")
        else DEFAULT_COLOR,
        "specimen": seller.is_placeholder,
        "brand": seller.trade_name or seller.legal_name,
        "particulars": _particulars(facts),
        "seller": _seller(seller),
        "buyer": _buyer(facts.buyer),
        "lines": [_line(line, facts.currency, credit) for line in facts.lines],
        "totals": _totals(facts),
        "settled": _settled(facts),
        "mentions": [french_spaces(sentence.replace("'", "’")) for sentence in facts.mentions],
        "foot": _foot(seller),
        "headings": {
            "seller": "Vendeur",
            "buyer": "Client",
            "title": "Désignation",
            "quantity": "Qté",
            "unit": "Prix unitaire HT",
            "rate": "TVA",
            "net": "Montant HT",
            "amount": "Montant TTC",
            "page": "Page",
            "of": "sur",
            "specimen": "SPÉCIMEN",
        },
    }


def _particulars(facts: Facts) -> list[list[str]]:
    known = [["Date d’émission", format_date(facts.issued_on, "fr")]]
    if facts.credited:
        known.append(
            [
                "Facture rectifiée",
                f"{facts.credited.number} du {format_date(facts.credited.issued_on, 'fr')}",
            ]
        )
    known.append(["Commande", facts.payment.order_reference])
    if supplied := _supplied(facts.payment, facts.timezone):
        known.append(["Date de la prestation", supplied])
    return known


def _supplied(payment: Payment, timezone: str) -> str:
    first, last = payment.supplied_from, payment.supplied_until
    if first and last and last > first:
        return f"du {format_date(first, 'fr')} au {format_date(last, 'fr')}"
    if first:
        return f"à partir du {format_date(first, 'fr')}" if not last else format_date(first, "fr")
    if payment.paid_at:  # access starts with payment
        day = payment.paid_at.astimezone(ZoneInfo(timezone)).date()
        return f"à partir du {format_date(day, 'fr')}"
    return ""


def _seller(seller: Seller) -> list[str]:
    form = " ".join(
        part
        for part in (
            seller.legal_form,
            f"au capital de {seller.share_capital}" if seller.share_capital else "",
        )
        if part
    )
    return _told(
        seller.legal_name,
        form,
        *_address(seller),
        f"SIRET{_NBSP}: {_siret(seller.siret)}" if seller.siret else "",
        f"TVA{_NBSP}: {seller.vat_number}" if seller.vat_number else "",
        f"Identifiant fiscal{_NBSP}: {seller.tax_id}" if seller.tax_id else "",
        seller.email,
        seller.phone,
    )


def _buyer(buyer: Party) -> list[str]:
    return _told(
        buyer.name,
        f"À l’attention de {buyer.contact}" if buyer.contact else "",
        *_address(buyer),
        f"SIRET{_NBSP}: {_siret(buyer.siret)}" if buyer.siret else "",
        f"Bénéficiaire{_NBSP}: {buyer.beneficiary}" if buyer.beneficiary else "",
    )


def _address(party: Party) -> list[str]:
    country = _COUNTRIES.get(party.country, party.country)
    return [party.address, f"{party.postal_code} {party.city}".strip(), country]


def _told(*lines: str) -> list[str]:
    return [line for line in lines if line]


def _siret(number: str) -> str:
    """Return `732 829 320 00074`, the usual grouping."""
    return re.sub(r"^(\d{3})(\d{3})(\d{3})(\d{5})$", rf"\1{_NBSP}\2{_NBSP}\3{_NBSP}\4", number)


def _line(line: Line, currency: str, credit: bool) -> dict[str, Any]:
    notes = []
    if line.discount_amount and not credit:
        notes.append(f"Remise{_NBSP}: {format_money(line.discount_amount, currency, 'fr')} TTC")
    if line.amount != line.ordered_amount:
        label = "Part remboursée" if credit else "Part facturée"
        part = format_money(line.amount, currency, "fr")
        whole = format_money(line.ordered_amount, currency, "fr")
        notes.append(f"{label}{_NBSP}: {part} sur {whole} TTC")
    return {
        "title": line.title,
        "notes": notes,
        "quantity": str(line.quantity),
        "unit": format_money(line.unit_net_amount, currency, "fr"),
        "rate": _rate(line.tax_rate),
        "net": format_money(line.net_amount, currency, "fr"),
        "amount": format_money(line.amount, currency, "fr"),
    }


def _rate(rate: float) -> str:
    return f"{rate:g}".replace(".", ",") + f"{_NBSP}%"


def _totals(facts: Facts) -> list[list[str]]:
    def money(amount: int) -> str:
        return format_money(amount, facts.currency, "fr")

    rows = [["Total HT", money(facts.net_amount)]]
    for tax in facts.taxes:
        if tax.rate or len(facts.taxes) > 1:
            rows.append(
                [f"TVA {_rate(tax.rate)} sur {money(tax.net_amount)}", money(tax.tax_amount)]
            )
    if not facts.tax_amount:
        rows.append(["TVA", money(0)])
    rows.append(
        ["Total à votre crédit" if facts.credited else "Total TTC", money(facts.total_amount)]
    )
    return rows


def _settled(facts: Facts) -> str:
    zone = ZoneInfo(facts.timezone)
    if facts.kind == "credit_note":
        if not facts.payment.refunded_at:
            return ""
        day = format_date(facts.payment.refunded_at.astimezone(zone).date(), "fr")
        return f"Remboursé le {day}"
    if not facts.payment.paid_at:
        return ""
    day = format_date(facts.payment.paid_at.astimezone(zone).date(), "fr")
    how = _METHODS.get(facts.payment.method or "", "en ligne")
    return f"Facture acquittée le {day} {how}"


def _foot(seller: Seller) -> str:
    form = seller.legal_form
    if form and seller.share_capital:
        form += f" au capital de {seller.share_capital}"
    siret = f"SIRET {_siret(seller.siret)}" if seller.siret else ""
    parts = _told(seller.legal_name, form, seller.registry, siret, seller.tax_id, seller.site_url)
    return " – ".join(parts)
