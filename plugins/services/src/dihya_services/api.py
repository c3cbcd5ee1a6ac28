"""``/api/v1/generations``: propose, begin, follow, read and remove generations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dihya_hookspecs import Flaw, Invalid, NotFound
from dihya_hookspecs.acts import Acts, get
from dihya_hookspecs.generation import Templates
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.resources.asking import ask
from dihya_hookspecs.web import Streams, body, limited, requires
from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from . import preview, shape
from .again import build_again
from .applications import Applications
from .forms import Asked, Changed, Wanted
from .models import Generation
from .progress import FOLLOWED
from .resources import RESOURCES
from .service import Generations
from .settings import Settings
from .stats import record
from .stream import Follower, told

api = Blueprint("services_api", __name__, url_prefix=shape.BASE)


@api.post("/proposals")
@requires("services:generate")
@limited(shape.PROPOSALS_PER_MINUTE, by="person")
def propose() -> ResponseReturnValue:
    """Say what Dihya would build for an idea, as options and as a structure; both are empty in the answer when no template fits."""
    asked = body(Asked)
    service = get(Generations)
    draft, proposal = service.propose(asked.idea, asked.language, asked.template)
    document = service.structure(draft) if proposal.template else {}
    return jsonify(shape.proposal_json(draft, proposal) | {"structure": document})


@api.get("/structure-schema")
@requires("services:generate")
def structure_schema() -> ResponseReturnValue:
    """Return the JSON Schema of a structure."""
    return jsonify(get(Templates).structure_schema())


@api.get("/edit-schema")
@requires("services:generate")
def edit_schema() -> ResponseReturnValue:
    """Return the JSON Schema of one edit of a structure."""
    return jsonify(get(Templates).edit_schema())


@api.post("")
@requires("services:generate")
@limited(shape.PROPOSALS_PER_MINUTE, by="person")
def begin() -> ResponseReturnValue:
    """Begin a generation from an idea, from the id of a proposal or from a structure, with what was decided about it."""
    wanted = body(Wanted)
    kind = wanted.kind()
    try:
        generation = _begun(wanted, kind)
    except Invalid as error:
        raise _in_body(error, wanted) from error
    return _accepted(generation)


def _accepted(generation: Generation) -> ResponseReturnValue:
    """Answer with a generation that waits for its turn."""
    answer = jsonify(shape.generation_json(generation, get(Generations).idea(generation)))
    return answer, 202, {"Location": f"{shape.BASE}/{generation.id}"}


def _begun(wanted: Wanted, kind: str) -> Generation:
    service = get(Generations)
    if kind == "changes":
        return _next_version(wanted)
    if kind == "proposal":
        draft = service.own(wanted.proposal)
    elif kind == "idea":
        draft, _proposal = service.propose(wanted.idea, wanted.language or "fr", wanted.template)
    else:
        draft = service.drafted(wanted.structure or {}, wanted.name)
    return service.begin(
        draft, template=wanted.template, name=wanted.name, title=wanted.title, options=wanted.options,
        language=wanted.language, entities=wanted.entities, structure=wanted.structure,
    )  # fmt: skip


def _next_version(wanted: Wanted) -> Generation:
    """Begin the next version of an active plugin from its structure."""
    if wanted.structure is None:
        text = _("the structure of the next version is needed")
        raise Invalid(text, code="structure", flaws=[Flaw("/structure", text, "missing")])
    service, applications = get(Generations), get(Applications)
    found = applications.demand(wanted.changes)
    draft = service.drafted(wanted.structure, found.name, changes=found.name, since=wanted.since or found.version)
    applications.settled(draft)
    return service.begin(draft, title=wanted.title, language=wanted.language)


@api.get("/applications")
@requires("services:generate")
def applications() -> ResponseReturnValue:
    """List the active plugins that can grow here: name, title, version."""
    found = get(Applications).all()
    return jsonify(items=[{"name": each.name, "title": each.title, "version": each.version} for each in found])


@api.get("/applications/<name>")
@requires("services:generate")
def one_application(name: str) -> ResponseReturnValue:
    """Return an active plugin that can grow here, with the structure that it was generated from."""
    found = get(Applications).demand(name)
    return jsonify(name=found.name, title=found.title, version=found.version, structure=found.structure)


def _in_body(error: Invalid, wanted: Wanted) -> Invalid:
    """Return a refusal of a structure with pointers into the body in which it stood."""
    if wanted.structure is None:
        return error
    own = {f"/{key}" for key in ("name", "title") if getattr(wanted, key)}
    flaws = [
        flaw if flaw.pointer in own else replace(flaw, pointer=f"/structure{flaw.pointer}") for flaw in error.flaws
    ]
    return Invalid(error.message, code=error.code, status=error.status, flaws=flaws)


@api.get("/stats")
@requires("services:oversee")
def stats() -> ResponseReturnValue:
    """Return what became of the ideas of this installation: counts and seconds, and no word of an idea."""
    return jsonify(record(get(Generations).session).model_dump(mode="json"))


@api.get("")
@requires("services:read")
def listed() -> ResponseReturnValue:
    """List generations, the newest first: one's own, or everybody's for who oversees.

    Asked as ``/api/v1/services/generations`` is: ``q``, ``status=ready``, ``state=stopped``, ``created_at:ge=…``, ``sort``, ``limit``, ``after``,
    ``before``. Those in the archive come with ``status=archived``, or, beside the others, with ``archived=1``.
    """
    asked = {name: values for name, values in request.args.lists() if name != "archived"}
    everything = replace(RESOURCES, leaves_out={}) if request.args.get("archived") == "1" else RESOURCES
    page = get(Generations).find(ask(everything, asked, limit=50))
    items = [shape.summary_json(each) for each in page.items]
    return jsonify(items=items, next=page.next, previous=page.previous, total=page.total)


@api.get("/<uuid:id>")
@requires("services:read")
def one(id: Any) -> ResponseReturnValue:
    """Return a generation with the lines of its proof."""
    service = get(Generations)
    generation = service.get(id)
    shown = shape.generation_json(generation, service.idea(generation))
    return jsonify(shown | {"progress": told(service, generation)})


@api.get("/<uuid:id>/structure")
@requires("services:read")
def structure(id: Any) -> ResponseReturnValue:
    """Return the structure of what is proposed or was built, with its version as ETag; ``POST /api/v1/generations`` takes it back."""
    service = get(Generations)
    generation = service.get(id)
    answer = jsonify(service.structure(generation))
    answer.set_etag(str(generation.version))
    return answer


@api.get("/<uuid:id>/events")
@requires("services:read")
def followed(id: Any) -> ResponseReturnValue:
    """Follow a generation as server-sent events; ``Last-Event-ID`` resumes after a line."""
    service = get(Generations)
    generation = service.get(id)
    last = request.headers.get("Last-Event-ID") or request.args.get("after") or "0"
    if not last.isdecimal() or len(last) > 9:
        raise Invalid(_("Last-Event-ID must be the number of a progress line"), code="last-event-id", status=400)
    follower = Follower(get(Acts), service.actor, str(generation.id), int(last))
    return get(Streams).open(follower.look, heartbeat=get(Settings).heartbeat, topic=FOLLOWED, key=str(generation.id))


@api.get("/<uuid:id>/files")
@requires("services:read")
def files(id: Any) -> ResponseReturnValue:
    """List the generated files with their sizes."""
    service = get(Generations)
    found = service.files(service.get(id))
    return jsonify(items=[{"path": path, "bytes": len(text.encode())} for path, text in sorted(found.items())])


@api.get("/<uuid:id>/files/<path:path>")
@requires("services:read")
def file(id: Any, path: str) -> ResponseReturnValue:
    """Return one generated file as text; as highlighted HTML to who prefers that."""
    service = get(Generations)
    found = service.files(service.get(id))
    if path not in found:
        raise NotFound(_("no such file in this plugin"))
    headers = {"X-Content-Type-Options": "nosniff", "Vary": "Accept"}
    if request.accept_mimetypes.best_match(["text/plain", "text/html"], "text/plain") == "text/html":
        return Response(preview.highlighted(path, found[path]), mimetype="text/html", headers=headers)
    return Response(found[path], mimetype="text/plain", headers=headers)


@api.get("/<uuid:id>/archive")
@requires("services:read")
def archive(id: Any) -> ResponseReturnValue:
    """Return the proven plugin as a ZIP."""
    service = get(Generations)
    generation = service.get(id)
    return zip_response(service.archive(generation), generation.name, generation.archive or "")


@api.get("/<uuid:id>/log")
@requires("services:read")
def log(id: Any) -> ResponseReturnValue:
    """Return what the proof printed."""
    service = get(Generations)
    return Response(service.log(service.get(id)), mimetype="text/plain", headers={"X-Content-Type-Options": "nosniff"})


@api.post("/<uuid:id>/cancellation")
@requires("services:generate")
def cancel(id: Any) -> ResponseReturnValue:
    """Stop a running generation before its next step."""
    service = get(Generations)
    generation = service.own(id)
    service.cancel(generation)
    return jsonify(shape.generation_json(generation, service.idea(generation)))


@api.post("/<uuid:id>/repetition")
@requires("services:generate")
@limited(shape.PROPOSALS_PER_MINUTE, by="person")
def repeat(id: Any) -> ResponseReturnValue:
    """Build again what was stopped or has failed: a new generation begins with the same decisions, and this one stays as it is."""
    service = get(Generations)
    return _accepted(build_again(service, service.own(id)))


@api.patch("/<uuid:id>")
@requires("services:generate")
def change(id: Any) -> ResponseReturnValue:
    """Put a generation that has ended into the archive (``archived``), or back to how it ended (``ready``, ``failed``)."""
    wanted = body(Changed)
    service = get(Generations)
    generation = service.own(id)
    service.put(generation, wanted.status)
    return jsonify(shape.generation_json(generation, service.idea(generation)))


@api.delete("/<uuid:id>")
@requires("services:generate")
def remove(id: Any) -> ResponseReturnValue:
    """Remove a generation with its files."""
    service = get(Generations)
    service.remove(service.own(id))
    return "", 204


propose.dihya_body = Asked  # type: ignore[attr-defined]
begin.dihya_body = Wanted  # type: ignore[attr-defined]
change.dihya_body = Changed  # type: ignore[attr-defined]


def zip_response(data: bytes, name: str, digest: str) -> ResponseReturnValue:
    """A ZIP as download, with its digest as ETag."""
    from .finishing import root_name

    response = Response(data, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{root_name(name)}.zip"'
    response.set_etag(digest)
    return response.make_conditional(request)
