"""The errors that workers and functions raise: the class says what is to be done next.

A worker turns the class into the fate of a message (see `preau.jobs`), a function turns it into an
HTTP answer (see `functions.problems`). Whatever is none of these is a defect of ours: a worker
retries it and logs the traceback, a function answers 500.
"""

from __future__ import annotations


class PreauError(Exception):
    """Something went wrong that has a name.

    `code` is stable and for programs, `message` is one sentence for people, `hint` says what to do
    next.
    """

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(code, message, hint)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Return code, sentence and hint in one line, as a log or a terminal shows it."""
        return f"{self.code}: {self.message}" + (f" {self.hint}" if self.hint else "")


class RetryableError(PreauError):
    """Trying again later may well work: a network failure, a time-out, a provider's 5xx or 429.

    `retry_in` is the wait in seconds that the other side asked for; without it the caller's own
    backoff decides.
    """

    def __init__(
        self, code: str, message: str, hint: str | None = None, *, retry_in: float | None = None
    ) -> None:
        super().__init__(code, message, hint)
        self.retry_in = retry_in


class LeaseOverError(RetryableError):
    """The job's lease may be over, so that somebody else has it: nothing was done about it here."""


class PermanentError(PreauError):
    """Trying again cannot help: the message goes to the dead letters, where an operator sees it."""


class ExpectedError(PreauError):
    """An ordinary answer to an ordinary situation, such as "this cohort is full".

    `status` is the HTTP status a function answers with (400 to 499). In a worker the job counts as
    done and one log line says why nothing was to be done.
    """

    def __init__(self, code: str, message: str, status: int = 409, hint: str | None = None) -> None:
        super().__init__(code, message, hint)
        self.status = status


class RefusedError(ExpectedError):
    """A SQL function of ours refused with PT4xx: its sentence, its stable code, its status.

    An ordinary answer for the caller of a function. A worker did not expect it: there the message
    goes to the dead letters instead of counting as done.
    """
