"""What is done again and again beside the requests."""

from __future__ import annotations

from dihya_hookspecs.ops import Background

from .service import look

BACKGROUND = (Background("settings.follow", 1, look, leader=False),)
