"""What a person's rights mean for files: they get them, and they can have them removed."""

from __future__ import annotations

import re

from dihya_hookspecs import DihyaError
from dihya_hookspecs.acts import get
from dihya_hookspecs.app import implementing
from dihya_hookspecs.rgpd import Disclosure, Erasure, Subject
from dihya_hookspecs.storage import Blobs
from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Holding
from .service import LocalBlobs


def _owns(subject: Subject) -> bool:
    """Tell whether a subject may own files: an owner is an actor's id, which is the key of an account."""
    return subject.table == Holding.__tablename__ or subject.plugin in implementing("find_actor")


def disclose(subject: Subject) -> list[Disclosure]:
    """Return the person's files; what is known of each is in the annotated table."""
    if not _owns(subject):
        return []
    blobs = get(Blobs)
    held = get(Session).scalars(select(Holding).where(Holding.owner == subject.key).order_by(Holding.created_at)).all()
    if not held:
        return []
    files, lost = {}, []
    for one in held:
        try:
            files[f"{one.digest[:12]}-{_safe(one.filename)}"] = blobs.read(one.digest)
        except DihyaError:  # gone, or not what was stored
            lost.append(one.digest[:12])
    gaps = (f"the bytes of {len(lost)} files are missing from the store: {', '.join(lost[:20])}",) if lost else ()
    return [Disclosure(Holding.__tablename__, files=files, gaps=gaps)]


def erase(subject: Subject) -> list[Erasure]:
    """Remove the person's files; bytes that somebody else holds too stay for them."""
    if not _owns(subject):
        return []
    blobs = get(Blobs)
    assert isinstance(blobs, LocalBlobs)  # noqa: S101 - this plugin's own hook on its own service
    removed = blobs.remove_where(Holding.owner == subject.key)
    return [Erasure(Holding.__tablename__, removed=removed)] if removed else []


def _safe(name: str) -> str:
    return re.sub(r"[^\w.-]+", "_", name).strip(".") or "file"
