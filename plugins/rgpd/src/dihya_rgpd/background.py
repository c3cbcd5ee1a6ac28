"""What is done again and again beside the requests."""

from __future__ import annotations

from dihya_hookspecs.app import later
from dihya_hookspecs.ops import Background

EVERY = 30.0
"""Seconds between two attempts to settle an erasure, as the sentences about what remains say."""
_DAY = 24 * 3600.0

BACKGROUND = (
    Background("rgpd.settle", EVERY, later("dihya_rgpd.settling:background")),
    Background("rgpd.expire", _DAY, later("dihya_rgpd.sweeping:sweep")),
)
