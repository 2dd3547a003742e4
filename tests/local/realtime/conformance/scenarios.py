"""The 35 scenarios by their numbers, gathered from the test modules."""

from __future__ import annotations

import re

from tests.local.realtime.conformance import (
    test_broadcast,
    test_changes,
    test_connecting,
    test_database,
    test_filters,
    test_http,
    test_lifecycle,
    test_presence,
    test_private,
    test_replay,
    test_rows,
    test_tokens,
    test_visibility,
)
from tests.local.realtime.conformance.scene import Scenario

MODULES = (
    test_broadcast,
    test_changes,
    test_connecting,
    test_database,
    test_filters,
    test_http,
    test_lifecycle,
    test_presence,
    test_private,
    test_replay,
    test_rows,
    test_tokens,
    test_visibility,
)
SCENARIOS: dict[int, Scenario] = {
    int(found[1]): function
    for module in MODULES
    for name, function in vars(module).items()
    if (found := re.match(r"test_(\d\d)_", name))
}
