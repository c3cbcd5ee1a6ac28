"""What stands on one's own account: how much of the models one has used today."""

from __future__ import annotations

from dihya_hookspecs.acts import Acts, current, get
from dihya_hookspecs.slots import Fragment, Slot, SlotContext


def quota(about: SlotContext) -> Fragment | None:
    """The reader's tokens of today."""
    from .quotas import Quotas
    from .settings import Settings

    settings = get(Settings)
    if about.actor is None:
        return None
    usage = Quotas(get(Acts), settings.daily_tokens).usage(current(), about.actor.id)
    return Fragment("ai_fallback/slots/quota.html", {"usage": usage, "on_quota": settings.on_quota})


SLOTS = (Slot("account", "quota", quota, "ai_fallback:use", 60),)
