"""What ``dihya setup`` does for this plugin."""

from __future__ import annotations

from dihya_hookspecs.acts import get
from dihya_hookspecs.app import SetupStep
from dihya_hookspecs.keys import Keys

SETUP = (SetupStep("keys", lambda: get(Keys).agree()),)
