"""What must hold for this plugin to work."""

from __future__ import annotations

from dihya_hookspecs.ops import HealthCheck

from .service import probe, probe_schema

CHECKS = (HealthCheck("migrations", probe), HealthCheck("schema", probe_schema))
