"""What ``dihya setup`` does for this plugin."""

from __future__ import annotations

from dihya_hookspecs.app import SetupStep

from .replaying import after_setup

SETUP = (SetupStep("erasures", after_setup),)
