"""The bin of one resource, and what takes back a removal or a change."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.bin import Kept
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import ngettext
from dihya_hookspecs.naming import Accounts
from dihya_hookspecs.ui import Layout
from flask import Response, request

from .base_pages import BasePages
from .captions import Captions
from .surroundings import found
from .words import faults_of, say

SHOWN = 50
"""Of what lies in the bin, a page shows this many."""


class BinPages(BasePages):
    """What was removed, put back or gone for good; and former values, put back."""

    def bin(self) -> Response:
        """What was removed, the newest first: by whom, until when it can be put back."""
        desk, undoing, captions = self._desk, self._undoing, Captions()
        before = request.args.get("before", type=uuid.UUID)
        kept = undoing.removed(SHOWN + 1, before)
        shown, people = kept[:SHOWN], _names(kept[:SHOWN])
        rows = [(each, captions.of(desk, undoing.record(each)), people.get(each.by or "", "–")) for each in shown]
        following = f"?before={shown[-1].id}" if len(kept) > SHOWN else ""
        return self._page(
            "bin", _("Bin – %(what)s", what=desk.resource.title), rows=rows, following=following, before=before,
            may_empty=undoing.may_empty(), kept=undoing.bin is not None,
        )  # fmt: skip

    def put_back(self, id: uuid.UUID) -> Response:
        """Put back what was removed; or say why it cannot be."""
        try:
            record = self._undoing.put_back(id)
        except (Invalid, NotFound) as error:
            current().undo()
            get(Layout).flash(self._why_not(error), "error")
            return self._go("bin")  # type: ignore[no-any-return]
        get(Layout).flash(_("“%(name)s” is there again.", name=self._desk.caption(record)), "success")
        return self._go(str(record.id))  # type: ignore[no-any-return]

    def empty_bin(self) -> Response:
        """Remove for good what lies there: one record, or all of them."""
        try:
            ids = [uuid.UUID(text) for text in request.form.getlist("ids")]
        except ValueError as error:
            raise Invalid(_("a record is named by its identifier"), code="bad-request", status=400) from error
        number = self._undoing.empty(ids or None)
        text = ngettext("%(count)s record is gone for good.", "%(count)s records are gone for good.", number)
        get(Layout).flash(text, "success")
        return self._go("bin")  # type: ignore[no-any-return]

    def revert(self, id: uuid.UUID, change: uuid.UUID) -> Response:
        """Give a record the values that it had before a change, unless it was changed since the page was read."""
        try:
            self._undoing.put_value_back(change, request.form.get("version", type=int))
        except (Invalid, NotFound) as error:
            current().undo()
            get(Layout).flash(self._why_not(error), "error")
        else:
            get(Layout).flash(_("The former values are there again."), "success")
        return self._go(f"{id}/history")  # type: ignore[no-any-return]

    def _why_not(self, error: Invalid | NotFound) -> str:
        """The refusal, with what is wrong at each field where it says so."""
        if isinstance(error, NotFound):
            return _("It lies in the bin no longer.")
        fields = {field.name: field.label for field in self._desk.fields()}
        faults = faults_of(error, set(fields)) if error.code not in ("place-taken", "stale") else {}
        said = [f"{fields[name]}: {text}" for name, text in faults.items() if name in fields]
        return " ".join([say(error) if not faults.get("") else faults[""], *said])


def _names(kept: Sequence[Kept]) -> dict[str, Any]:
    """Return what people are called who removed something; "you" for the reader."""
    accounts, actor = found(Accounts), current().actor
    ids = {each.by for each in kept if each.by}
    names = dict(accounts.names(ids)) if accounts and ids else {}
    told = {id: names[id] or _("a person who was erased") if id in names else id for id in ids}
    return told | ({actor.id: _("you")} if actor else {})
