"""The payload of a queue message: ids of rows, checked by pydantic before a handler sees it."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from preau.errors import PermanentError


class Message(BaseModel):
    """Base of every handler's `Message`. Holds ids, never personal data; unknown keys are refused.

    A deployment that adds a key to a payload therefore updates the workers first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


_Message = TypeVar("_Message", bound=Message)


def parse(model: type[_Message], payload: object) -> _Message:
    """Return the payload as `model`, or raise PermanentError `invalid_payload` with the faults.

    The values themselves are left out of the error, since it is stored and logged.
    """
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        story = "; ".join(
            f"{'.'.join(map(str, f['loc'])) or 'payload'}: {f['msg']}" for f in faults
        )
        raise PermanentError(
            "invalid_payload",
            f"The message is not a {model.__module__}.{model.__qualname__}: {story}.",
            "Correct whatever enqueues it; the dead letter keeps the payload.",
        ) from error
