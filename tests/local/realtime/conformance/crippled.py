"""A server with one thing switched off: `python -m … NUMBER --port P`."""

from __future__ import annotations

import sys

from preau.local.realtime.__main__ import main
from tests.local.realtime.conformance.cripples import CRIPPLES

if __name__ == "__main__":
    CRIPPLES[int(sys.argv.pop(1))].switch_off()
    sys.exit(main())
