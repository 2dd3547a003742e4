"""Mails: what they say and how they look. Sending them is `preau.providers.mail`'s concern."""

from __future__ import annotations

from preau.mail.academy import Academy, Branding, Recipient
from preau.mail.render import RenderedMail, render

__all__ = ["Academy", "Branding", "Recipient", "RenderedMail", "render"]
