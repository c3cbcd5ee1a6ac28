"""What is done again and again beside the requests."""

from __future__ import annotations

from dihya_hookspecs.app import later
from dihya_hookspecs.ops import Background

BACKGROUND = (Background("tests.sweep_trials", 30, later("dihya_tests.trying.service:sweep"), leader=False),)
