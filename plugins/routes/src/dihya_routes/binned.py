"""The bin of one resource over REST: what was removed, put back or gone for good."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from dihya_hookspecs import Invalid
from dihya_hookspecs.bin import Kept
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.resources.undoing import Undoing
from dihya_hookspecs.web import Resource
from flask import request

from . import shape

PAGE = 50
"""So many entries of the bin come at once."""


class Binned:
    """What the routes of a resource's bin do; each answers with what becomes JSON."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource

    def page(self) -> dict[str, Any]:
        """Return what was removed, the newest first, and by which ``before`` the rest is asked for."""
        before = request.args.get("before")
        try:
            kept = self._undoing.removed(PAGE + 1, UUID(before) if before else None)
        except ValueError as error:
            raise Invalid(_("the query is wrong; see errors"), code="bad-request", status=400) from error
        return {
            "items": [self._entry(each) for each in kept[:PAGE]],
            "next": str(kept[PAGE - 1].id) if len(kept) > PAGE else None,
        }

    def put_back(self, id: UUID) -> Any:
        """Put a record back, and return it."""
        return self._undoing.put_back(id)

    def empty(self) -> dict[str, int]:
        """Remove for good all that was removed here."""
        return {"removed": self._undoing.empty()}

    @property
    def _undoing(self) -> Undoing:
        return Undoing(shape.service(self._resource))

    def _entry(self, kept: Kept) -> dict[str, Any]:
        shown = shape.columns(self._resource)
        return {
            "id": str(kept.id),
            "removed_at": shape.plain(kept.at),
            "removed_by": kept.by,
            "until": kept.ends_on.isoformat(),
            "others": kept.others,
            "record": {name: shape.plain(value) for name, value in kept.values.items() if name in shown},
        }
