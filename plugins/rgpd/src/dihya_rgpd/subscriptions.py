"""What this plugin listens to."""

from __future__ import annotations

from dihya_hookspecs.events import Subscription

from .settling import erased

SUBSCRIPTIONS = (Subscription("rgpd.erased", erased, "rgpd.settling", outside=True),)
