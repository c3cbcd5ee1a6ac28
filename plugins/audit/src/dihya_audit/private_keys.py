"""The one key of the log, and what must come along with it."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.keys import KeyUse

from .handing_over import give, make, take

_PURPOSE = Text("signs the checkpoints of the audit log", "signe les points de contrôle du journal d’audit")
KEYS = (KeyUse("audit", _PURPOSE, make=make, give=give, take=take),)
