"""What is done again and again beside the requests."""

from __future__ import annotations

from dihya_hookspecs.ops import Background

from .lockout import forget_in_time
from .turning import in_time

BACKGROUND = (
    Background("securite.turn_key", 3600, in_time),
    Background("securite.forget_failures", 3600, forget_in_time),
)
