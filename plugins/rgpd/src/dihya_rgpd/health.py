"""What must hold for this plugin to work."""

from __future__ import annotations

from dihya_hookspecs.acts import get
from dihya_hookspecs.app import later
from dihya_hookspecs.ops import HealthCheck
from dihya_hookspecs.rgpd import People

CHECKS = (
    HealthCheck("rgpd.coverage", lambda: get(People).probe(), critical=False),
    HealthCheck("rgpd.assessments", later("dihya_rgpd.assessments:probe"), critical=False),
    HealthCheck("rgpd.erasures", later("dihya_rgpd.replaying:probe")),
)
