"""A circuit breaker: a mail account that fails over and over is left alone for a while."""

from __future__ import annotations

import time
from dataclasses import dataclass

from preau.errors import RetryableError

FAILURES = 5
REST_SECONDS = 30.0
# The server spoke about this mail or this recipient (greylisting), not about itself.
ABOUT_THE_MAIL = frozenset({"smtp_deferred"})
# No number of tries cures these: somebody must change something first.
ABOUT_THE_ACCOUNT = frozenset(
    {
        *("sendgrid_login_refused", "smtp_login_refused", "mail_not_configured"),
        *("secret_missing", "mail_redirect_missing"),
    }
)


@dataclass(slots=True)
class Circuit:
    """Opens after five failures in a row, at once where the account itself is at fault.

    Moments are of `time.monotonic`. When its rest is over, one failure opens it again.
    """

    failures: int = 0
    open_until: float = 0.0

    @property
    def rest(self) -> float:
        """Return for how many seconds more the account is left alone; 0: it may be used."""
        return max(0.0, self.open_until - time.monotonic())

    def succeeded(self) -> None:
        """Note that the account works."""
        self.failures = 0
        self.open_until = 0.0

    def failed(self, error: RetryableError) -> None:
        """Note a failure of the account; one that concerns the mail only does not count."""
        if error.code in ABOUT_THE_MAIL:
            return
        self.failures += 1
        if error.code in ABOUT_THE_ACCOUNT:
            self.failures = max(self.failures, FAILURES)
        if self.failures >= FAILURES or error.retry_in is not None:
            self.open_until = time.monotonic() + (error.retry_in or REST_SECONDS)
