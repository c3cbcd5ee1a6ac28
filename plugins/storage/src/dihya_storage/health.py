"""What must hold for this plugin to work."""

from __future__ import annotations

from dihya_hookspecs.app import later
from dihya_hookspecs.ops import HealthCheck

CHECKS = (
    HealthCheck("storage", later("dihya_storage.service:probe")),
    HealthCheck("storage.shared", later("dihya_storage.places:probe"), critical=False),
)
