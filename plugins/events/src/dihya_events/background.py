"""What is done again and again beside the requests."""

from __future__ import annotations

from dihya_hookspecs.ops import Background

from .relay import fan_out, tidy

BACKGROUND = (Background("events.fan_out", 0.5, fan_out), Background("events.tidy", 60, tidy))
