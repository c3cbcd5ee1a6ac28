"""What must hold for this plugin to work."""

from __future__ import annotations

from dihya_hookspecs.ops import HealthCheck

from .strangers import probe

CHECKS = (HealthCheck("middleware.proxy", probe, critical=False),)
