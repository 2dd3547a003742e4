"""Points where a test may kill the process: the only way to be exact about "in the middle".

The names are `<queue>.<step>`. The runtime has `claimed` and `before_settle`; a handler has those
of `before_effect`, `after_external_call`, `before_commit` and `after_commit` that apply to it.
"""

from __future__ import annotations

import os
import signal

from preau.settings import get_settings


def crash_point(name: str) -> None:
    """Kill this process with SIGKILL where PREAU_CRASH_AT names this point, on the local stack.

    Kill tests use it to prove that an effect happens once wherever a worker dies.
    """
    settings = get_settings()
    if settings.preau_local_stack and settings.preau_crash_at == name:
        os.kill(os.getpid(), signal.SIGKILL)
