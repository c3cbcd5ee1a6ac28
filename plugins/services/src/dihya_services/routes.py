"""The product page: an idea, the proposal, the progress, the plugin."""

from __future__ import annotations

from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.generation import Templates
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import language
from dihya_hookspecs.resources.writing import validated
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import limited, requires
from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from . import preview, shape, stream, views
from .again import build_again
from .api import api
from .applications import Applications
from .dropping import from_sentence, kept
from .editor.api import structures
from .editor.pages import editor
from .editor.revisions import Revisions
from .ending import outcome, state
from .finishing import root_name
from .forms import Changed, Decided, decided, faults_of, with_a_name
from .models import Generation
from .needs import needs_of
from .progress import reason, sentence, step_names
from .service import Generations
from .settings import Settings
from .stats import record
from .trying import Trying
from .trying_routes import trials

pages = Blueprint("services", __name__)
EXAMPLES = 6


@pages.get("/")
@requires("services:generate")
def index() -> ResponseReturnValue:
    """The form for an idea."""
    return _form(request.args.get("idea", ""))


def _form(idea: str, error: str = "", template: str = "") -> ResponseReturnValue:
    if not get(Plugins).provides(Templates):
        return get(Layout).page("services/none.html", title=_("New project"))
    templates = list(get(Templates).all())
    code = language.get()
    examples = [text for each in templates for text in views.in_language(each.examples, code)[:2]][:EXAMPLES]
    return get(Layout).page(
        "services/index.html", title=_("New project"), status=422 if error else 200, idea=idea, error=error, examples=examples,
        templates=templates, chosen=template, code=code, limit=get(Settings).idea_characters, applications=get(Applications).all(),
    )  # fmt: skip


@pages.post("/proposals")
@requires("services:generate")
@limited(shape.PROPOSALS_PER_MINUTE, by="person")
def propose() -> ResponseReturnValue:
    """Keep a draft and show it."""
    idea, template = request.form.get("idea", ""), request.form.get("template", "")
    chosen = "en" if request.form.get("language") == "en" else "fr"
    try:
        draft, _proposal = get(Generations).propose(idea, chosen, template)
    except Invalid as error:
        return _form(idea, error.message, template)
    return redirect(url_for("services.show", id=draft.id), 303)


@pages.post("/changes")
@requires("services:generate")
@limited(shape.PROPOSALS_PER_MINUTE, by="person")
def next_version() -> ResponseReturnValue:
    """Open the editor on the next version of an application that is in use."""
    draft = get(Applications).change(request.form.get("application", ""))
    return redirect(url_for("services_editor.overview", id=draft.id), 303)


@pages.get("/stats")
@requires("services:oversee")
def stats() -> ResponseReturnValue:
    """Show what became of the ideas of this installation."""
    found = record(get(Generations).session)
    return get(Layout).page(
        "services/stats.html",
        title=_("Record"),
        record=found,
        views=views,
        counts=views.counted(found),
        spreads=views.spreads(found),
    )


@pages.get("/<uuid:id>")
@requires("services:read")
def show(id: Any) -> ResponseReturnValue:
    """A proposal to decide about, or a generation with its progress, proof and files."""
    service = get(Generations)
    generation = service.get(id)
    if generation.person_id == service.actor.id and get(Revisions).edited(generation):
        return redirect(url_for("services_editor.overview", id=id), 303)
    if not generation.task:
        return proposal_page(generation)
    return _generation_page(service, generation)


def proposal_page(draft: Generation, given: Decided | None = None, error: Invalid | None = None) -> ResponseReturnValue:
    """Show a proposal; after a mistake with what was typed, and each mistake at its field."""
    proposal = get(Generations).proposal(draft)
    given = given or Decided(proposal.name, proposal.title, proposal.options)
    templates = {each.name: each for each in get(Templates).all()}
    template = templates.get(proposal.template)
    return get(Layout).page(
        "services/proposal.html", title=_("Proposal"), status=422 if error else 200, draft=draft, proposal=proposal, idea=get(Generations).idea(draft),
        chosen=template, templates=templates, views=views, error=error.message if error else "", code=draft.language, given=given,
        faults=faults_of(error) if error else {}, options=list(views.option_fields(template.options, given.options)) if template else [],
        tables=views.tables(template, given.options, proposal.entities) if template else [],
    )  # fmt: skip


def _generation_page(service: Generations, generation: Generation) -> ResponseReturnValue:
    files = service.files(generation) if generation.files else {}
    path = request.args.get("file", "") or preview.first_look(files)
    lines, checks = service.progress(generation), generation.checks or ()
    said = [(line, sentence(line)) for line in lines]
    running = generation.finished_at is None
    return get(Layout).page(
        "services/generation.html", title=generation.title, generation=generation, views=views, idea=service.idea(generation),
        api=shape.BASE, last=lines[-1].number if lines else 0, files=files, tree=preview.tree(files, root_name(generation.name)),
        progress=[each for each in said if running or not each[0].message], told=stream.told(service, generation)[-1:],
        steps_said=[each for each in said if not each[0].message], later=sum(views.proof_state(check) == "later" for check in checks),
        broken=any(views.proof_state(check) == "failed" for check in checks),
        statement=next((name for name in files if name.endswith("/statement.json")), ""), path=path if path in files else "",
        source=preview.highlighted(path, files[path]) if path in files else "", root=root_name(generation.name),
        error=reason(generation.error), steps=step_names(), tests=views.test_names(generation.checks or ()), mine=generation.person_id == service.actor.id,
        outcome=outcome(generation), state=state(generation), executable=shape.executable(), trying=get(Trying), changeable=get(Applications).has(generation.name),
    )  # fmt: skip


@pages.post("/<uuid:id>/begin")
@requires("services:generate")
def begin(id: Any) -> ResponseReturnValue:
    """Begin what was proposed, as the form changed it."""
    service = get(Generations)
    draft = service.own(id)
    added = needs_of(draft).entities
    given = decided(
        get(Templates).get(draft.template).options, request.form,
        from_sentence(added),
    )  # fmt: skip
    entities = kept(added, given)
    try:
        service.begin(draft, name=given.name, title=given.title, options=given.options, entities=entities)
    except Invalid as error:
        if draft.task:
            raise
        return proposal_page(draft, with_a_name(given, error), error)
    return redirect(url_for("services.show", id=draft.id), 303)


@pages.post("/<uuid:id>/cancel")
@requires("services:generate")
def cancel(id: Any) -> ResponseReturnValue:
    """Stop a running generation."""
    service = get(Generations)
    service.cancel(service.own(id))
    return redirect(url_for("services.show", id=id), 303)


@pages.post("/<uuid:id>/again")
@requires("services:generate")
@limited(shape.PROPOSALS_PER_MINUTE, by="person")
def again(id: Any) -> ResponseReturnValue:
    """Begin anew what was stopped or has failed, and show the new generation; where it cannot be begun, why."""
    service = get(Generations)
    ended = service.own(id)
    try:
        id = build_again(service, ended).id
    except Invalid as error:
        get(Layout).flash(error.message, "error")
    return redirect(url_for("services.show", id=id), 303)


@pages.post("/<uuid:id>/status")
@requires("services:generate")
def change(id: Any) -> ResponseReturnValue:
    """Put a generation into the archive, or back."""
    service = get(Generations)
    service.put(service.own(id), validated(Changed, {"status": request.form.get("status", "")}).status)
    return redirect(url_for("services.show", id=id), 303)


@pages.post("/<uuid:id>/delete")
@requires("services:generate")
def remove(id: Any) -> ResponseReturnValue:
    """Remove a generation."""
    service = get(Generations)
    service.remove(service.own(id))
    get(Layout).flash(_("The generation and its files are removed."), "success")
    return redirect(f"{request.script_root}/services/generations/", 303)


BLUEPRINTS = (api, pages, trials, editor, structures)
