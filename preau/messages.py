"""The payload of a queue message: ids of rows, checked by pydantic before a handler sees it.

So is what a handler is told of those rows, where it is more than a few values.
"""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from preau.errors import PermanentError


class Message(BaseModel):
    """Base of every handler's `Message`. Holds ids, never personal data; unknown keys are refused.

    A deployment that adds a key to a payload therefore updates the workers first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


_Model = TypeVar("_Model", bound=BaseModel)


def parse(model: type[_Model], payload: object) -> _Model:
    """Return the payload as `model`, or raise PermanentError `invalid_payload` with the faults."""
    return checked(
        model,
        payload,
        "invalid_payload",
        f"The message is not a {model.__module__}.{model.__qualname__}",
        "Correct whatever enqueues it; the dead letter keeps the payload.",
    )


def checked(model: type[_Model], told: object, code: str, sentence: str, hint: str) -> _Model:
    """Return what a job is about as `model`; what is none is a PermanentError with the faults.

    The values themselves are left out of the error, since it is stored and logged.
    """
    try:
        return model.model_validate(told)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        story = "; ".join(
            f"{'.'.join(map(str, f['loc'])) or 'payload'}: {f['msg']}" for f in faults
        )
        raise PermanentError(code, f"{sentence}: {story}.", hint) from error
