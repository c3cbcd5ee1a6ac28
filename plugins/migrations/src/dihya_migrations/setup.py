"""What ``dihya setup`` does for this plugin."""

from __future__ import annotations

from dihya_hookspecs.app import SetupStep

from .service import is_set_up, setup

SETUP = (SetupStep("database", setup, is_set_up),)
