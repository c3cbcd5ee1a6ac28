"""The pages of the editor: each form is one POST, which works without a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dihya_hookspecs import DihyaError, Invalid, NotFound
from dihya_hookspecs.access import SHARED_ROLES
from dihya_hookspecs.acts import get
from dihya_hookspecs.generation import Templates
from dihya_hookspecs.growing import Grown
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import limited, requires
from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from .. import shape
from ..applications import Applications
from ..dropping import from_sentence, wanted
from ..forms import decided, with_a_name
from ..models import Generation
from ..needs import needs_of
from ..service import Generations
from ..settings import Settings
from . import forms, parts, periods, sentences, words
from .inputs import Edit, Fields
from .picture import drawn
from .revisions import Done, Revisions
from .samples import sampled
from .sheet import Sheet, names

editor = Blueprint("services_editor", __name__, url_prefix="/services/<uuid:id>/editor")
EDITS_PER_MINUTE = 120
_OVERVIEW = ("application", "add_table", "move_table", "remove_table", "add_role", "role", "remove_role", "sentence")


@editor.get("/")
@requires("services:generate")
def overview(id: Any) -> ResponseReturnValue:
    """Tables as cards, the picture of them, roles and purposes, one more sentence, undo and build."""
    if not get(Revisions).edited(get(Generations).own(id)):  # built meanwhile, or not edited yet: somebody came back
        return redirect(url_for("services.show", id=id), 303)
    return _overview(_sheet(_draft(id)))


@editor.get("/tables/<table>")
@requires("services:generate")
def table(id: Any, table: str) -> ResponseReturnValue:
    """One table: its fields, who sees it, how its list and its form will look."""
    return _table(_sheet(_draft(id)), table)


@editor.get("/tables/<table>/fields/<field>")
@requires("services:generate")
def field(id: Any, table: str, field: str) -> ResponseReturnValue:
    """One field: what it holds, and whether it is about a person."""
    return _field(_sheet(_draft(id)), table, field)


@editor.get("/purposes/")
@editor.get("/purposes/<purpose>")
@requires("services:generate")
def purpose(id: Any, purpose: str = "") -> ResponseReturnValue:
    """Why something is held, on which basis, how long; a new one without a name."""
    return _purpose(_sheet(_draft(id)), purpose)


@editor.post("/begin")
@requires("services:generate")
def begin(id: Any) -> ResponseReturnValue:
    """Turn a proposal, as its form changed it, into a structure, and show it."""
    from ..routes import proposal_page

    service = get(Generations)
    draft = service.own(id)
    if get(Revisions).edited(draft):
        return redirect(url_for(".overview", id=id), 303)
    added = from_sentence(needs_of(draft).entities)
    given = decided(get(Templates).get(draft.template).options, request.form, added)
    try:
        get(Revisions).begin(draft, wanted(draft, given))
    except Invalid as error:
        if draft.task:
            raise
        return proposal_page(draft, with_a_name(given, error), error)
    return redirect(url_for(".overview", id=id), 303)


@editor.post("/")
@requires("services:generate")
@limited(EDITS_PER_MINUTE, by="person")
def change(id: Any) -> ResponseReturnValue:
    """Make the changes of one form, all or none."""
    draft, typed, edits = _draft(id), request.form, []
    revisions = get(Revisions)
    try:
        edits = forms.edits_of(revisions.document(draft), typed)
        done = revisions.edit(draft, _version(typed), edits)
    except Invalid as error:
        return _refused(draft, typed, error, forms.faults_of(error, edits))
    return redirect(_next(draft, typed, edits, done), 303)


@editor.post("/sentence")
@requires("services:generate")
@limited(shape.PROPOSALS_PER_MINUTE, by="person")
def say(id: Any) -> ResponseReturnValue:
    """Read one more sentence, and make the edits for which it asks."""
    draft, typed = _draft(id), MultiDict({**request.form, "form": "sentence"})
    revisions = get(Revisions)
    try:
        found = sentences.read(
            typed.get("sentence", ""), revisions.document(draft), get(Templates).blocks(), get(Settings).idea_characters
        )
        if not found.edits:
            raise Invalid(" ".join(found.unread) or _("nothing in this sentence says what to change"), code="sentence")
        revisions.edit(draft, _version(typed), found.edits, found.unread)
    except Invalid as error:
        return _refused(draft, typed, error, {"sentence": error.message})
    return redirect(url_for(".overview", id=id, done="edit"), 303)


@editor.post("/undo")
@requires("services:generate")
def undo(id: Any) -> ResponseReturnValue:
    """Take the last change back."""
    return _stepped(id, "undo")


@editor.post("/redo")
@requires("services:generate")
def redo(id: Any) -> ResponseReturnValue:
    """Make the change again that was taken back last."""
    return _stepped(id, "redo")


@editor.post("/build")
@requires("services:generate")
@limited(shape.PROPOSALS_PER_MINUTE, by="person")
def build(id: Any) -> ResponseReturnValue:
    """Build the structure as it stands."""
    draft, typed = _draft(id), MultiDict({**request.form, "form": "build"})
    revisions = get(Revisions)
    try:
        revisions.demand(draft, _version(typed))
        if needs_of(draft).changes:
            get(Applications).settled(draft)
        get(Generations).begin(draft)
    except Invalid as error:
        if draft.task:
            raise
        return _refused(draft, typed, error, forms.faults_of(error, []))
    revisions.forget(draft)
    return redirect(url_for("services.show", id=id), 303)


def _stepped(id: Any, step: str) -> ResponseReturnValue:
    draft, revisions = _draft(id), get(Revisions)
    try:
        getattr(revisions, step)(draft, _version(request.form))
    except Invalid as error:
        return _refused(draft, MultiDict({"form": step}), error, {})
    view, table, field = (request.form.get(key, "") for key in ("view", "table", "field"))
    found = parts.table_of(revisions.document(draft), table) if view in ("table", "field") else None
    if found is None:
        return redirect(url_for(".overview", id=id, done=step), 303)
    if view == "field" and parts.field_of(found, field):
        return redirect(url_for(".field", id=id, table=table, field=field, done=step), 303)
    return redirect(url_for(".table", id=id, table=table, done=step), 303)


def _draft(id: Any) -> Generation:
    """Return a draft of the reader's own whose structure is edited. Raises NotFound for any other."""
    draft = get(Generations).own(id)
    if not get(Revisions).edited(draft):
        raise NotFound(_("this proposal is not edited"))
    return draft


def _version(typed: Fields) -> int:
    text = typed.get("version", "")
    if not text.isdecimal() or len(text) > 9:
        raise Invalid(_("the form does not say which version it was made for"), code="version", status=400)
    return int(text)


def _sheet(draft: Generation) -> Sheet:
    revisions = get(Revisions)
    undo, redo = revisions.reach(draft)
    done = request.args.get("done", "")
    said: Mapping[str, Sequence[str]] = {
        "edit": revisions.last(draft), "undo": [_("Undone: %(what)s", what=redo)] if redo else [],
        "redo": [_("Redone: %(what)s", what=undo)] if undo else [], "none": [_("Nothing was changed.")],
    }  # fmt: skip
    focus = request.args.get("focus", "") or ("said" if done in said else "")
    return Sheet(draft, revisions.document(draft), said=said.get(done, ()), focus=focus, undo=undo, redo=redo)


def _refused(draft: Generation, typed: Fields, error: Invalid, faults: Mapping[str, str]) -> ResponseReturnValue:
    """Show the page of the form again, with all that was typed; after a change by somebody else, both."""
    revisions = get(Revisions)
    stale = error.code in ("stale", "gone")
    since = (
        revisions.since(draft, int(typed.get("version", 0))) if stale and typed.get("version", "").isdecimal() else ()
    )
    sheet = replace(
        _sheet(draft), posted=typed, faults={} if stale else faults, error=error.message, stale=stale, changed=since, said=(),
        focus="error",
    )  # fmt: skip
    form, table, field = (typed.get(key, "") for key in ("form", "table", "field"))
    found = parts.table_of(sheet.document, table)
    if form == "purpose" and (not typed.get("purpose") or typed["purpose"] in sheet.document["purposes"]):
        return _purpose(sheet, typed.get("purpose", ""), error.status)
    if form in _OVERVIEW or found is None:
        return _overview(sheet, error.status)
    if form == "field" and parts.field_of(found, field):
        return _field(sheet, table, field, error.status)
    return _table(sheet, table, error.status)


def _next(draft: Generation, typed: Fields, edits: Sequence[Edit], done: Done) -> str:
    """Return where somebody goes on after a change: the same page, the focus where they were."""
    form, id = typed["form"], draft.id
    if not edits:
        done = replace(done, table=typed.get("table", ""), field=typed.get("field", ""))
    how = "edit" if done.said else "none"
    if form == "add_table":
        return url_for(".table", id=id, table=done.table, done=how)
    if form == "move_table":
        return url_for(".overview", id=id, done=how, focus=f"{typed.get('move')}-{done.table}")
    if form in _OVERVIEW or form == "purpose" or not done.table:
        return url_for(".overview", id=id, done=how)
    focused = {"add_field": f"add_field-{done.table}-label", "move_field": f"{typed.get('move')}-{done.field}"}
    return url_for(".table", id=id, table=done.table, done=how, focus=focused.get(form) or None)


def _overview(sheet: Sheet, status: int = 200) -> ResponseReturnValue:
    growth, cannot = _growth(sheet)
    return _page(
        "overview", sheet, sheet.document["title"], status, picture=drawn(sheet.document), growth=growth, cannot=cannot
    )


def _growth(sheet: Sheet) -> tuple[Grown | None, Sequence[str]]:
    """Return what becomes of the application whose next version is edited, or why there is no way to it; None for a new one."""
    if not needs_of(sheet.draft).changes:
        return None, ()
    try:
        return get(Applications).growth(sheet.draft, sheet.document), ()
    except DihyaError as error:
        return None, [flaw.detail for flaw in getattr(error, "flaws", ())] or [error.message]


def _table(sheet: Sheet, name: str, status: int = 200) -> ResponseReturnValue:
    found = parts.table_of(sheet.document, name)
    if found is None:
        raise NotFound(_("no such table in this draft"))
    return _page(
        "table", sheet, parts.title_of(found), status, table=found, picture=drawn(sheet.document, name),
        sample=sampled(sheet.document, found),
    )  # fmt: skip


def _field(sheet: Sheet, table: str, name: str, status: int = 200) -> ResponseReturnValue:
    found = parts.table_of(sheet.document, table)
    field = parts.field_of(found, name)
    if found is None or field is None:
        raise NotFound(_("no such field in this draft"))
    return _page("field", sheet, parts.title_of(field), status, table=found, field=field)


def _purpose(sheet: Sheet, name: str, status: int = 200) -> ResponseReturnValue:
    if name and name not in sheet.document["purposes"]:
        raise NotFound(_("no such purpose in this draft"))
    found = sheet.document["purposes"].get(name, {})
    title = parts.said(found.get("title")) or _("New purpose")
    return _page("purpose", sheet, title[:1].upper() + title[1:], status, purpose=found, name=name)


def _page(view: str, sheet: Sheet, title: str, status: int, **more: Any) -> ResponseReturnValue:
    shared = [{"name": role.name, "title": {"en": role.title.en, "fr": role.title.fr}} for role in SHARED_ROLES]
    return get(Layout).page(
        f"services/editor/{view}.html", title=title, status=status, view=view, sheet=sheet, document=sheet.document,
        draft=sheet.draft, idea=get(Generations).idea(sheet.draft), reading=parts, words=words, periods=periods, names=names(),
        roles=parts.roles_of(sheet.document, shared), **more,
    )  # fmt: skip
