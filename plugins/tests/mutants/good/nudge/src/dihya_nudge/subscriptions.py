"""What is listened to."""

from dihya_hookspecs.events import Subscription

from .service import wanted

SUBSCRIPTIONS = (Subscription("nudge.wanted", wanted, "nudge.queue"),)
