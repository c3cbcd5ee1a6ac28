"""What must hold for this plugin to work."""

from __future__ import annotations

from dihya_hookspecs.acts import get
from dihya_hookspecs.ops import HealthCheck
from dihya_hookspecs.rgpd import People

from .replaying import probe

CHECKS = (
    HealthCheck("rgpd.coverage", lambda: get(People).probe(), critical=False),
    HealthCheck("rgpd.erasures", probe),
)
