"""Whose account may be erased: not the last administrator's, and not one above whoever erases."""

from __future__ import annotations

import uuid

from dihya_hookspecs import Refused
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.rgpd import Erasure, Subject

from .models import Person
from .reach import Reach
from .recent import IdentityCache
from .service import Directory


def erase(subject: Subject) -> Erasure | None:
    """Refuse, with the reason, or close the account, so that it counts no more while the erasure goes on."""
    person = _person(subject)
    if person is None:
        return None
    if reason := _objection(person):
        return Erasure(Person.__tablename__, retained=1, reason=reason, refused=True)
    person.active = False
    current().session.flush()
    get(IdentityCache).forget_with(current().session)
    return None


def _objection(person: Person) -> str:
    directory, actor = get(Directory), current().actor
    if "admin" in person.roles and person.active and directory.administrators(hold=True) == [person.id]:
        return _("this is the last active administrator; name another one first")
    if actor is None:
        return _("nobody is known to ask for this erasure")
    try:
        get(Reach).demand_account(actor, person)
    except Refused as error:
        if error.code == "person-needed":
            return error.message
        return _("this account has a role that only whoever gives roles may erase")
    return ""


def _person(subject: Subject) -> Person | None:
    if subject.table != Person.__tablename__:
        return None
    try:
        return current().session.get(Person, uuid.UUID(subject.key), populate_existing=True)
    except ValueError:
        return None
