"""What ``dihya setup`` does for this plugin."""

from __future__ import annotations

from dihya_hookspecs.app import SetupStep, later

SETUP = (SetupStep("audit key", later("dihya_audit.service:make_key")),)
