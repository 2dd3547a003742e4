"""What an endpoint at Stripe must be like: which events it sends, and in which version's shape."""

from __future__ import annotations

from typing import Final

import stripe

from preau.payments import settlers

API_VERSION: Final = stripe.api_version


def handled_events() -> frozenset[str]:
    """Return the types of event that the workers act on; any other would be sent for nothing."""
    return frozenset(settlers())
