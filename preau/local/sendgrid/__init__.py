"""A stand-in for SendGrid on loopback: its v3 mail API, its failures and its signed event webhook.

It delivers nothing. `python -m preau.local.sendgrid --port P` runs it by itself.
"""

from __future__ import annotations

from preau.local.sendgrid.events import Key, batch, event, signed
from preau.local.sendgrid.faults import Fault, Faults
from preau.local.sendgrid.server import Accepted, SendGrid

__all__ = ["Accepted", "Fault", "Faults", "Key", "SendGrid", "batch", "event", "signed"]
