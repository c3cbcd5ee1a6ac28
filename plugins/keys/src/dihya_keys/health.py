"""What must hold for everything that is signed."""

from __future__ import annotations

from dihya_hookspecs.acts import get
from dihya_hookspecs.keys import Keys
from dihya_hookspecs.ops import HealthCheck

CHECKS = (HealthCheck("keys", lambda: get(Keys).probe()),)
