"""What is done again and again beside the requests."""

from __future__ import annotations

from dihya_hookspecs.ops import Background

from .settling import EVERY, background
from .sweeping import sweep

_DAY = 24 * 3600.0
BACKGROUND = (Background("rgpd.settle", EVERY, background), Background("rgpd.expire", _DAY, sweep))
