"""What must hold for this plugin to work."""

from __future__ import annotations

from dihya_hookspecs.acts import get
from dihya_hookspecs.audit import AuditLog
from dihya_hookspecs.ops import HealthCheck

CHECKS = (HealthCheck("audit.log", lambda: get(AuditLog).probe()),)
