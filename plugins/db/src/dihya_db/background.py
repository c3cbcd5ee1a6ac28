"""What is done again and again beside the requests."""

from __future__ import annotations

from dihya_hookspecs.app import later
from dihya_hookspecs.ops import Background

BACKGROUND = (Background("db.empty_bin", 6 * 3600.0, later("dihya_db.sweeping:sweep")),)
