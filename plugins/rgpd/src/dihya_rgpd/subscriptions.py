"""What this plugin listens to."""

from __future__ import annotations

from dihya_hookspecs.app import later
from dihya_hookspecs.events import Subscription

SUBSCRIPTIONS = (Subscription("rgpd.erased", later("dihya_rgpd.settling:erased"), "rgpd.settling", outside=True),)
