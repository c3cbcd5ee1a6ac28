"""Pictures in an export, and in an erasure."""

from __future__ import annotations

import uuid

from dihya_hookspecs.acts import current, get
from dihya_hookspecs.rgpd import Disclosure, Erasure, Subject
from dihya_hookspecs.storage import Blobs

from .models import Person
from .service import People


def disclose(subject: Subject) -> list[Disclosure]:
    """Return the picture of somebody."""
    found = _shown(subject)
    return [Disclosure("album pictures", files={"picture.png": get(Blobs).read(one.picture or "")}) for one in found]


def erase(subject: Subject) -> list[Erasure]:
    """Let go of the picture of somebody, before the row goes."""
    return [Erasure("album pictures", removed=get(People).drop(one)) for one in _shown(subject)]


def _shown(subject: Subject) -> list[Person]:
    """Return the person whom a subject means, if there is a picture of them."""
    if subject.table != Person.__tablename__:
        return []
    one = current().session.get(Person, uuid.UUID(subject.key))
    return [one] if one is not None and one.picture else []
