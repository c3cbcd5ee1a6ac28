"""What must hold for this plugin to work."""

from __future__ import annotations

from dihya_hookspecs.ops import HealthCheck

from .service import probe, probe_left

CHECKS = (HealthCheck("db", probe), HealthCheck("db.left", probe_left, critical=False))
