"""``/api/v1/generations``: propose, begin, follow, read and remove generations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dihya_hookspecs import Flaw, Invalid, NotFound
from dihya_hookspecs.acts import Acts, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.resources.asking import ask
from dihya_hookspecs.web import Streams, body, limited, requires
from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from . import preview, shape
from .forms import Asked, Changed, Wanted
from .progress import FOLLOWED
from .resources import RESOURCES
from .service import Generations
from .settings import Settings
from .stream import Follower, line_json

api = Blueprint("services_api", __name__, url_prefix=shape.BASE)


@api.post("/proposals")
@requires("services:generate")
@limited(shape.PROPOSALS_PER_MINUTE, by="person")
def propose() -> ResponseReturnValue:
    """Say what Dihya would build for an idea. ``template`` is empty in the answer when none fits."""
    asked = body(Asked)
    draft, proposal = get(Generations).propose(asked.idea, asked.language, asked.template)
    return jsonify(shape.proposal_json(draft, proposal))


@api.post("")
@requires("services:generate")
@limited(shape.PROPOSALS_PER_MINUTE, by="person")
def begin() -> ResponseReturnValue:
    """Begin a generation from an idea, or from the id of a proposal, with what was decided about it."""
    wanted = body(Wanted)
    service = get(Generations)
    if wanted.proposal:
        draft = service.own(wanted.proposal)
    elif wanted.idea:
        draft, _proposal = service.propose(wanted.idea, wanted.language or "fr", wanted.template)
    else:
        text = _("an idea or a proposal is needed")
        raise Invalid(text, code="idea", flaws=[Flaw("/idea", text, "missing")])
    generation = service.begin(
        draft, template=wanted.template, name=wanted.name, title=wanted.title, options=wanted.options,
        language=wanted.language, entities=wanted.entities,
    )  # fmt: skip
    answer = jsonify(shape.generation_json(generation, service.idea(generation)))
    return answer, 202, {"Location": f"{shape.BASE}/{generation.id}"}


@api.get("")
@requires("services:read")
def listed() -> ResponseReturnValue:
    """List generations, the newest first: one's own, or everybody's for who oversees.

    Asked as ``/api/v1/services/generations`` is: ``q``, ``status=ready``, ``created_at:ge=…``, ``sort``, ``limit``, ``after``,
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
    return jsonify(shown | {"progress": [line_json(line) for line in service.progress(generation)]})


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
    from .tasks import root_name

    response = Response(data, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{root_name(name)}.zip"'
    response.set_etag(digest)
    return response.make_conditional(request)
