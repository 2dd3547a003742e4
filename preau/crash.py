"""Points where a test may stop the process: the only way to be exact about "in the middle".

The names are `<queue>.<step>`. The runtime has `claimed` and `before_settle`; a handler has those
of `before_effect`, `after_external_call`, `before_commit` and `after_commit` that apply to it.
"""

from __future__ import annotations

import os
import signal

from preau.settings import get_settings

_stopped: set[str] = set()


def crash_point(name: str) -> None:
    """End or halt this process where PREAU_CRASH_AT names this point, on the local stack.

    Kill tests use it to prove that an effect happens once wherever a worker dies, or sleeps.
    """
    settings = get_settings()
    if not settings.preau_local_stack or settings.preau_crash_at != name:
        return
    if settings.preau_crash_how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif name not in _stopped:
        _stopped.add(name)
        os.kill(os.getpid(), signal.SIGSTOP)
