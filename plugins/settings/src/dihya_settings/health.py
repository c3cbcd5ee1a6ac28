"""What must hold for this plugin to work."""

from __future__ import annotations

from dihya_hookspecs.ops import HealthCheck

from .service import probe

CHECKS = (HealthCheck("settings", probe, critical=False),)
