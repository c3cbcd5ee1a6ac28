"""What stands on one's own account, the browsers and the keys that act in one's name, and above the list of people."""

from __future__ import annotations

from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.slots import Fragment, Slot, SlotContext


def sessions(about: SlotContext) -> Fragment | None:
    """The browsers in which the reader is signed in."""
    from .keys import own_id
    from .sessions import Sessions, number_of

    if about.actor is None:
        return None
    rows = get(Sessions).of(own_id(about.actor))
    numbered = [(number_of(row), row) for row in rows]
    return Fragment("securite/slots/sessions.html", {"sessions": numbered, "session": about.actor.session})


def keys(about: SlotContext) -> Fragment | None:
    """How many keys the reader has, and a form for one more."""
    from .keys import lives
    from .resources import OwnKeys

    if about.actor is None:
        return None
    access = get(Access)
    held = [one for one in access.permissions().values() if access.decide(about.actor, one.name)]
    return Fragment(
        "securite/slots/keys.html",
        {
            "count": OwnKeys(current().session).count(),
            "permissions": sorted(held, key=lambda one: one.name),
            "lives": lives(),
            "error": about.facts.get("error", ""),
        },
    )


def add_person(about: SlotContext) -> Fragment | None:
    """The way to the form for somebody to add."""
    if about.plugin != "securite" or about.resource is None or about.resource.name != "people":
        return None
    return Fragment("securite/slots/add_person.html")


def create_key(about: SlotContext) -> Fragment | None:
    """The way to the form for one key more, which stands on one's account."""
    if about.plugin != "securite" or about.resource is None or about.resource.name != "keys":
        return None
    return Fragment("securite/slots/create_key.html")


def second_factor(about: SlotContext) -> Fragment | None:
    """Whether signing in asks for a code too, and the way to change that."""
    from .authenticators import Authenticators
    from .keys import own_id

    if about.actor is None:
        return None
    mine, apps = own_id(about.actor), get(Authenticators)
    return Fragment("securite/slots/second_factor.html", {"apps": apps.of(mine), "left": apps.codes_left(mine)})


SLOTS = (
    Slot("account", "second-factor", second_factor, "securite:account", 5),
    Slot("account", "sessions", sessions, "securite:account", 10),
    Slot("account", "keys", keys, "securite:keys", 20),
    Slot("list.actions", "add_person", add_person, "securite:people", 10),
    Slot("list.actions", "create_key", create_key, "securite:keys", 10),
)
