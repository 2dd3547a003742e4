"""An invoice as `worker.invoice_to_make` gives it: amounts in minor units, days as ISO dates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Party(_Frozen):
    """Whoever sells or buys. What is not known is empty, and then not shown."""

    name: str = ""
    contact: str = ""
    beneficiary: str = ""
    address: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    siret: str = ""


class Seller(Party):
    """The academy, as its settings had it on the day. `color` is `#rrggbb`."""

    legal_name: str
    trade_name: str = ""
    legal_form: str = ""
    share_capital: str = ""
    registry: str = ""
    vat_number: str = ""
    tax_id: str = ""
    email: str = ""
    phone: str = ""
    site_url: str = ""
    color: str | None = None
    is_placeholder: bool = False


class Line(_Frozen):
    """A line as ordered, and the part of it this payer pays: `amount` of `ordered_amount`."""

    title: str
    quantity: int
    unit_net_amount: int
    discount_amount: int
    ordered_amount: int
    amount: int
    net_amount: int
    tax_rate: float


class Tax(_Frozen):
    """What one rate, in per cent, comes to."""

    rate: float
    net_amount: int
    tax_amount: int


class Payment(_Frozen):
    """How and when it was paid or given back, and when the training is."""

    order_reference: str
    paid_at: datetime | None = None
    refunded_at: datetime | None = None
    method: str | None = None
    supplied_from: date | None = None
    supplied_until: date | None = None


class Credited(_Frozen):
    """The invoice that a credit note corrects."""

    number: str
    issued_on: date


class Facts(_Frozen):
    """Everything the document says."""

    kind: Literal["invoice", "credit_note"]
    number: str
    issued_on: date
    created_at: datetime
    object_name: str
    timezone: str
    currency: str
    seller: Seller
    buyer: Party
    lines: tuple[Line, ...]
    taxes: tuple[Tax, ...]
    mentions: tuple[str, ...]
    net_amount: int
    tax_amount: int
    total_amount: int
    payment: Payment
    credited: Credited | None = None
