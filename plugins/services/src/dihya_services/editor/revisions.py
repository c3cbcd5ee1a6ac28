"""The structure of a draft from edit to edit: changed by one person at a time, undone and redone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.acts import Act
from dihya_hookspecs.generation import Needs, Templates
from dihya_hookspecs.i18n import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from ..models import Generation, Revision
from ..needs import needs_of, put_needs
from . import words
from .parts import Part, place_of

KEPT = 50
"""Changes that can be undone; older ones are forgotten."""
AT_ONCE = 200
"""Edits that are made together, as one change."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a change came to: each sentence about it, and the table and field that it was about."""

    said: Sequence[str]
    table: str = ""
    field: str = ""


class Revisions:
    """Edits the structure of a draft. Each change is one row; the draft holds the structure that stands."""

    def __init__(self, session: Session, act: Act, templates: Templates) -> None:
        self.session, self.act, self.templates = session, act, templates

    @classmethod
    def from_container(cls, svcs_container: Any) -> Revisions:
        """Build the service inside an act."""
        return cls(*(svcs_container.get(each) for each in (Session, Act, Templates)))

    def begin(self, draft: Generation, needs: Needs | None = None) -> None:
        """Turn a proposal into a structure that can be edited; one that is edited already stays as it is.

        Args:
            needs: the proposal as somebody changed it. Raises Invalid for what cannot be built.
        """
        _demand_draft(draft)
        needs = needs or needs_of(draft)
        if needs.structure and self._rows(draft):
            return
        structure = needs.structure or self.templates.structure(needs)
        self._put(draft, structure)
        self.session.add(self._row(draft, 1, structure, ()))
        self.session.flush()

    def document(self, draft: Generation) -> Part:
        """Return the structure that stands."""
        return draft.needs["structure"]  # type: ignore[no-any-return]

    def edited(self, draft: Generation) -> bool:
        """Tell whether somebody edits the structure of a draft."""
        return bool(draft.status == "draft" and not draft.task and draft.needs.get("structure") and self._rows(draft))

    def demand(self, draft: Generation, version: int) -> None:
        """Raise Invalid: 409 for a draft that is begun, that nobody edits, or that has changed since *version*."""
        _demand_draft(draft)
        if not draft.needs.get("structure"):
            raise Invalid(_("this proposal is not edited yet"), code="not-edited", status=409)
        if draft.version != version:
            raise stale()

    def edit(
        self, draft: Generation, version: int, edits: Sequence[Mapping[str, Any]], notices: Sequence[str] = ()
    ) -> Done:
        """Make edits one after the other, all or none. Raises Invalid: 409 when the draft has changed since *version*.

        Pointers of flaws start at the list: ``/0/label`` is the label of the first edit. *notices* are said with the change.
        """
        self.demand(draft, version)
        if len(edits) > AT_ONCE:
            raise Invalid(_("these are %(count)s edits; at most %(limit)s", count=len(edits), limit=AT_ONCE))
        structure, said, place = self.document(draft), [], ("", "")
        for number, edit in enumerate(edits):
            try:
                made = self.templates.edit(structure, edit)
            except Invalid as error:
                flaws = [replace(flaw, pointer=f"/{number}{flaw.pointer}") for flaw in error.flaws]
                raise Invalid(error.message, code=error.code, status=error.status, flaws=flaws) from error
            if made.structure != structure:
                said += [words.did(edit, structure), *made.notices]
            structure, place = made.structure, place_of(made)
            if edit.get("edit") == "set_name":
                self._demand_name(structure, number, draft)
        if structure != self.document(draft):
            self._change(draft, structure, [*dict.fromkeys([*said, *notices])])
        return Done([*dict.fromkeys(said)], *place)

    def replace(self, draft: Generation, version: int, structure: Mapping[str, Any]) -> None:
        """Put a whole document in the place of the structure. Raises Invalid as ``edit`` does, pointers into the document."""
        self.demand(draft, version)
        found = self.templates.complete(replace(needs_of(draft), name="", title="", structure=structure)).structure
        if found != self.document(draft):
            self._change(draft, found, [_("The structure is replaced.")])

    def undo(self, draft: Generation, version: int) -> Done:
        """Take the last change back. Raises Invalid (409) where there is none."""
        self.demand(draft, version)
        done = [row for row in self._rows(draft) if not row.undone]
        if len(done) < 2:
            raise Invalid(_("there is nothing to undo"), code="undo", status=409)
        self._put(draft, done[-2].structure)
        done[-1].undone = True
        return Done([_("Undone: %(what)s", what=" ".join(done[-1].said[:1]))])

    def redo(self, draft: Generation, version: int) -> Done:
        """Make the change again that was undone last. Raises Invalid (409) where there is none."""
        self.demand(draft, version)
        row = next((row for row in self._rows(draft) if row.undone), None)
        if row is None:
            raise Invalid(_("there is nothing to redo"), code="redo", status=409)
        self._put(draft, row.structure)
        row.undone = False
        return Done([_("Redone: %(what)s", what=" ".join(row.said[:1]))])

    def reach(self, draft: Generation) -> tuple[str, str]:
        """Return what undo and redo are about, each as the sentence of a change; "" where there is nothing."""
        rows = self._rows(draft)
        done = [row for row in rows if not row.undone]
        again = next((row for row in rows if row.undone), None)
        return " ".join(done[-1].said[:1]) if len(done) > 1 else "", " ".join(again.said[:1]) if again else ""

    def last(self, draft: Generation) -> Sequence[str]:
        """Return what the last change came to, one sentence each."""
        done = [row for row in self._rows(draft) if not row.undone]
        return done[-1].said if len(done) > 1 else ()

    def since(self, draft: Generation, version: int) -> list[str]:
        """Return what was changed since a version, the newest last."""
        return [sentence for row in self._rows(draft) if row.made > version and not row.undone for sentence in row.said]

    def forget(self, draft: Generation) -> None:
        """Let go of all changes: what stands is built, or the proposal is taken as it was."""
        self.session.execute(delete(Revision).where(Revision.generation_id == draft.id))

    def _demand_name(self, structure: Mapping[str, Any], number: int, draft: Generation) -> None:
        """Raise Invalid at an edit that gives a name which no plugin can have."""
        try:
            self.templates.complete(Needs("", "", "", structure=structure, changes=needs_of(draft).changes))
        except Invalid as error:
            flaws = [replace(flaw, pointer=f"/{number}{flaw.pointer}") for flaw in error.flaws]
            raise Invalid(error.message, code=error.code, status=error.status, flaws=flaws) from error

    def _change(self, draft: Generation, structure: Mapping[str, Any], said: Sequence[str]) -> None:
        self._put(draft, structure)
        rows = self._rows(draft)
        done = [row for row in rows if not row.undone]
        for row in (*done[: max(len(done) - KEPT, 0)], *(row for row in rows if row.undone)):
            self.session.delete(row)
        self.session.flush()
        self.session.add(self._row(draft, done[-1].number + 1 if done else 1, structure, said))
        self.session.flush()

    def _put(self, draft: Generation, structure: Mapping[str, Any]) -> None:
        """Write a structure into its draft. Raises Invalid (409) when somebody else was faster; what they wrote is read then."""
        needs = replace(
            needs_of(draft), name=structure["name"], title=structure["title"], language=structure["language"], options={},
            entities=(), structure=structure,
        )  # fmt: skip
        try:
            with (
                self.session.begin_nested()
            ):  # before anything is set: a version that is gone takes nothing else with it
                put_needs(draft, needs)
                self.session.flush()
        except StaleDataError as error:
            raise stale() from error

    def _rows(self, draft: Generation) -> Sequence[Revision]:
        wanted = select(Revision).where(Revision.generation_id == draft.id).order_by(Revision.number)
        return self.session.scalars(wanted).all()

    def _row(self, draft: Generation, number: int, structure: Mapping[str, Any], said: Sequence[str]) -> Revision:
        plain = json.loads(json.dumps(structure))
        return Revision(
            generation_id=draft.id, person_id=draft.person_id, number=number, made=draft.version or 1, structure=plain,
            said=list(said), undone=False,
        )  # fmt: skip


def stale() -> Invalid:
    """Return the refusal of a change to what somebody else has changed meanwhile."""
    text = _("somebody else changed this draft meanwhile; nothing of yours was saved yet")
    return Invalid(text, code="stale", status=409, flaws=[Flaw("/version", text, "stale")])


def _demand_draft(draft: Generation) -> None:
    if draft.status != "draft" or draft.task:
        raise Invalid(_("this generation was begun already; start a new one"), code="begun", status=409)
