"""What must hold for this plugin to work."""

from __future__ import annotations

from dihya_hookspecs.ops import HealthCheck

from .pipeline import probe

CHECKS = (HealthCheck("logs", probe, critical=False),)
