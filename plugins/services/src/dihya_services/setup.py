"""What ``dihya setup`` does for this plugin."""

from __future__ import annotations

from dihya_hookspecs.app import SetupStep, later

SETUP = (SetupStep("template choice", later("dihya_services.proposals:prepare")),)
