"""What ``dihya setup`` does for this plugin."""

from __future__ import annotations

from dihya_hookspecs.app import SetupStep

from .proposals import prepare

SETUP = (SetupStep("template choice", prepare),)
