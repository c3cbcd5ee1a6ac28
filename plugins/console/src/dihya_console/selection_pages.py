"""What is done with all chosen records of a list: they are deleted, or brought into a state; it is asked first, and done whole."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dihya_hookspecs import DihyaError, Invalid, NotFound
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import ngettext
from dihya_hookspecs.resources import selection
from dihya_hookspecs.resources.selection import SomeRefused, State
from dihya_hookspecs.ui import Layout
from flask import Response, request

from .action_pages import ActionPages
from .forms import Field
from .inputs import EMPTY, SENTENCES, alone, local, shown, zone
from .words import faults_of, known, say

PREFIX = "with."
"""Begins the names of the inputs for what a state needs, so that none is like those of the selection."""


class SelectionPages(ActionPages):
    """Deleting many records, bringing them into a state, and putting back what was deleted together."""

    def delete_chosen(self) -> Response:
        """Ask, then delete every record that was chosen, or none; who stays is named, and why."""
        desk, ids = self._desk, self._chosen()
        bin, count = self._undoing.bin, len(set(ids))

        def done(number: int) -> None:
            text = ngettext("%(count)s record was deleted.", "%(count)s records were deleted.", number)
            get(Layout).flash(text, "success", undo=f"{desk.path}bin/acts/{current().id}" if bin else "")

        return self._together(
            ids, lambda: selection.remove_all(desk.resource, ids), done,
            title=ngettext("Delete %(count)s record?", "Delete %(count)s records?", count),
            nothing=_("Nothing was deleted."), button=_("Delete"), danger=True, days=bin.days if bin else 0,
        )  # fmt: skip

    def bring_chosen(self) -> Response:
        """Ask, then bring every record that was chosen into a state, or none; who stays as it is is named, and why."""
        desk, ids, said = self._desk, self._chosen(), request.form.get("state", "")
        state = next((each for each in self._states() if said == f"{each.field}:{each.value}"), None)
        if state is None:
            get(Layout).flash(_("Choose a state."), "error")
            return self._back()
        words, needed = {"field": state.label, "value": state.caption}, self._needed(state, ids)
        given, faults = self._given(needed) if "confirmed" in request.form else ({}, {})

        def done(number: int) -> None:
            text = ngettext(
                "%(count)s record: “%(field)s” is now “%(value)s”.",
                "%(count)s records: “%(field)s” is now “%(value)s”.",
                number, **words,
            )  # fmt: skip
            get(Layout).flash(text, "success")

        return self._together(
            ids, lambda: selection.bring_all(desk.resource, ids, state.field, state.value, given), done,
            title=ngettext(
                "Set “%(field)s” to “%(value)s” for %(count)s record?",
                "Set “%(field)s” to “%(value)s” for %(count)s records?",
                len(set(ids)), **words,
            ),
            nothing=_("Nothing was changed."), button=_("Set to “%(value)s”", value=state.caption), danger=False,
            needed=needed, faults=faults,
        )  # fmt: skip

    def put_back_together(self, act: str) -> Response:
        """Put back all that was deleted together; or say why it cannot be."""
        try:
            number = self._undoing.put_back_together(act)
        except NotFound:
            get(Layout).flash(_("It lies in the bin no longer."), "error")
        except Invalid as error:
            current().undo()
            get(Layout).flash(say(error), "error")
        else:
            text = ngettext("%(count)s record is there again.", "%(count)s records are there again.", number)
            get(Layout).flash(text, "success")
            return self._go("")  # type: ignore[no-any-return]
        return self._go("bin")  # type: ignore[no-any-return]

    def _states(self) -> list[State]:
        """Return the states into which the actor may bring records."""
        locked = self._desk.service.locked()
        return [state for state in selection.states_of(self._desk.resource) if state.field not in locked]

    def _needed(self, state: State, ids: list[uuid.UUID]) -> list[Field]:
        """Return the inputs for what a state needs and some of the records do not say yet."""
        inputs = [field for field in self._desk.inputs() if field.name in state.needs and field.kind != "reference"]
        records = self._desk.service.some(ids) if inputs else []
        return [field for field in inputs if any(getattr(each, field.name) in (None, "") for each in records)]

    def _given(self, needed: list[Field]) -> tuple[dict[str, Any], dict[str, str]]:
        """Return what was entered of it, and what is wrong with it."""
        sent = {field.name: request.form.get(f"{PREFIX}{field.name}", "") for field in needed}
        given, faults = alone(self._desk.resource.form, needed, sent, zone())
        empty = {name: str(SENTENCES["missing"]) for name, value in given.items() if value in (None, "")}
        return given, {**faults, **empty}

    def _together(
        self, ids: list[uuid.UUID], do: Callable[[], int], done: Callable[[int], None], *, title: str, nothing: str,
        needed: Sequence[Field] = (), faults: Mapping[str, str] = EMPTY, **asked: Any,
    ) -> Response:  # fmt: skip
        """Ask; then do it, or say who refused and offer to do it for the others."""
        refused: dict[uuid.UUID, DihyaError] = {}
        if not ids:
            get(Layout).flash(_("Choose at least one record."), "error")
            return self._back()
        if "confirmed" in request.form and not faults:
            try:
                done(do())
                return self._back()
            except SomeRefused as error:
                faults = _shared(error, needed)
                refused = {} if faults else error.refused
            except Invalid as error:
                current().undo()
                get(Layout).flash(say(error), "error")
                return self._back()
            current().undo()
        names = dict(zip(ids, self._names(ids), strict=True))
        return self._page(
            "selection", title, 422 if faults else 409 if refused else 200,
            names={id: name for id, name in names.items() if id not in refused},
            refused=[(names[id], "" if isinstance(why, NotFound) else self._desk.page_of(id), self._why(why)) for id, why in refused.items()],
            nothing=nothing, state=request.form.get("state", ""), back=self._way(), prefix=PREFIX, faults=faults,
            needed=[(field, self._entered_of(field)) for field in needed], **asked,
        )  # fmt: skip

    def _entered_of(self, field: Field) -> str:
        """Return what stands in an input: what was entered, at first today or now."""
        said = request.form.get(f"{PREFIX}{field.name}")
        if said is not None or field.kind not in ("date", "datetime-local"):
            return said or ""
        now = dt.datetime.now(dt.UTC)
        return shown(field, local(now).date() if field.kind == "date" else now, zone())

    def _why(self, error: DihyaError) -> str:
        """Return why a record refuses, with each fault at the label of its field."""
        if isinstance(error, NotFound):
            return _("It is there no longer.")
        if isinstance(error, Invalid) and error.flaws:
            labels = {field.name: field.label for field in self._desk.fields()}
            faults = faults_of(error, set(labels))
            return "; ".join(
                f"{labels[name]} – {text}" if name and labels[name] not in text else text
                for name, text in faults.items()
            )
        return (known(f"problem.{error.code}") and _(f"problem.{error.code}", **error.params)) or say(error)


def _shared(error: SomeRefused, needed: Sequence[Field]) -> dict[str, str]:
    """Return what every record refuses in what was entered for all of them: that is a fault of the input, not of the records."""
    names = {field.name for field in needed}
    each = [faults_of(why, names) if isinstance(why, Invalid) else {} for why in error.refused.values()]
    return {name: each[0][name] for name in names if all(name in faults for faults in each)}
