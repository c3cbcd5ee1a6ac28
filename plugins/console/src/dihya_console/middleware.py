"""What the console does around each request."""

from __future__ import annotations

from dihya_hookspecs.web import Step

from .messages import carry_over

STEPS = (Step("messages", "content", after=carry_over),)
