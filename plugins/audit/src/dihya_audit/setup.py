"""What ``dihya setup`` does for this plugin."""

from __future__ import annotations

from dihya_hookspecs.app import SetupStep

from .service import make_key

SETUP = (SetupStep("audit key", make_key),)
