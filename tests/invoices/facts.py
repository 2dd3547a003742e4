"""An invoice as the database tells it, to be changed by each test."""

from __future__ import annotations

from typing import Any

from preau.invoices import Facts

LINE: dict[str, Any] = {
    "title": "Diagnostic électronique automobile",
    "quantity": 1,
    "unit_net_amount": 124167,
    "discount_amount": 0,
    "ordered_amount": 149000,
    "amount": 149000,
    "net_amount": 124167,
    "tax_rate": 20.0,
}
SELLER: dict[str, Any] = {
    "legal_name": "Garage École SAS",
    "trade_name": "MécaFormation",
    "legal_form": "SAS",
    "share_capital": "10 000 €",
    "address": "3 rue du Pont",
    "postal_code": "69003",
    "city": "Lyon",
    "country": "FR",
    "siret": "73282932000074",
    "vat_number": "FR44732829320",
    "registry": "RCS Lyon 732 829 320",
    "color": "#1e40af",
}
INVOICE: dict[str, Any] = {
    "kind": "invoice",
    "number": "F-2026-00042",
    "issued_on": "2026-11-21",
    "created_at": "2026-11-21T08:00:00.123456+00:00",
    "object_name": "a/2026/F-2026-00042.pdf",
    "timezone": "Europe/Paris",
    "currency": "EUR",
    "seller": SELLER,
    "buyer": {"name": "Élodie Martin", "address": "4 quai Perrache", "city": "Lyon"},
    "lines": [LINE],
    "taxes": [{"rate": 20.0, "net_amount": 124167, "tax_amount": 24833}],
    "mentions": ["Nature de l'opération : prestation de services."],
    "net_amount": 124167,
    "tax_amount": 24833,
    "total_amount": 149000,
    "payment": {
        "order_reference": "2026-000042",
        "paid_at": "2026-11-20T23:30:00+00:00",
        "method": "card",
    },
}


def facts(**changed: Any) -> Facts:
    """The invoice, with what the test changes."""
    return Facts.model_validate(INVOICE | changed)


def line(**changed: Any) -> dict[str, Any]:
    """Its line, with what the test changes."""
    return LINE | changed


def seller(**changed: Any) -> dict[str, Any]:
    """Its seller, with what the test changes."""
    return SELLER | changed
