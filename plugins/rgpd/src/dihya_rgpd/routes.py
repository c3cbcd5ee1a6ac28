"""The desk where people's demands are carried out, and its interface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import cast

from dihya_hookspecs import Flaw, Invalid, NotFound
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.rgpd import People, Subject
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .service import Desk

pages = Blueprint("rgpd", __name__)
api = Blueprint("rgpd_api", __name__)


class SubjectForm(BaseModel):
    """A subject as a caller names it."""

    model_config = ConfigDict(extra="forbid")

    table: str = Field(max_length=120)
    key: str = Field(max_length=500)


class DemandForm(BaseModel):
    """Whose demand it is: an identifier to look for, or subjects that a search has given."""

    model_config = ConfigDict(extra="forbid")

    identifier: str = Field("", max_length=500)
    subjects: list[SubjectForm] = Field(default_factory=list, max_length=100)


@pages.get("/")
@requires("rgpd:read")
def index():
    """Show the desk: the search, and the newest demands."""
    return get(Layout).page("rgpd/index.html", title=_("People’s data"), demands=_desk().recent())


@pages.post("/person")
@requires("rgpd:read")
def person():
    """Show where data about a person lies. By POST, since an address must not stand in URLs and logs."""
    desk = _desk()
    subjects, failed = desk.look_up(request.form.get("identifier", ""))
    current().record("rgpd.find", subjects=len(subjects))
    places = desk.places(subjects) if subjects else []
    return get(Layout).page(
        "rgpd/person.html", title=_("Where the data lies"), subjects=subjects, places=places, failed=failed
    )


@pages.post("/export")
@requires("rgpd:export")
def export():
    """Download everything that is held about the subjects."""
    return _archive(_chosen())


@pages.post("/confirm")
@requires("rgpd:erase")
def confirm():
    """Show what erasing would remove, anonymise and retain."""
    subjects = _chosen()
    return get(Layout).page(
        "rgpd/confirm.html",
        title=_("Erase this person’s data"),
        subjects=subjects,
        erasures=_desk().foresee(subjects),
    )


@pages.post("/erase")
@requires("rgpd:erase")
def erase():
    """Erase, and show what became of the data."""
    outcome = _desk().fulfil(_chosen())
    return get(Layout).page("rgpd/erased.html", title=_("Result of the erasure"), outcome=outcome)


@api.get("/subjects")
@requires("rgpd:read")
def subjects():
    """List the subjects known by an identifier, and where data about them lies."""
    desk = _desk()
    found, failed = desk.look_up(request.args.get("identifier", ""))
    current().record("rgpd.find", subjects=len(found))
    return jsonify(
        subjects=[asdict(subject) for subject in found],
        places=[asdict(place) for place in desk.places(found)] if found else [],
        missing=sorted({part.plugin for part in failed}),
    )


@api.get("/coverage")
@requires("rgpd:read")
def coverage():
    """List every column about people, and the tables of plugins that are not active."""
    desk = _desk()
    return jsonify(
        columns=[asdict(place) for place in desk.places()], residual=desk.residual(), flaws=desk.annotations.flaws
    )


@api.get("/demands")
@requires("rgpd:read")
def demands():
    """List the newest demands."""
    return jsonify(
        items=[
            {
                "id": row.id,
                "kind": row.kind,
                "state": row.state,
                "opened_at": row.opened_at.isoformat(),
                "finished_at": row.finished_at.isoformat() if row.finished_at else None,
                "result": row.result,
            }
            for row in _desk().recent()
        ]
    )


@api.post("/exports")
@requires("rgpd:export")
def exports():
    """Export a person's data as a signed ZIP."""
    return _archive(_demanded())


@api.post("/erasures")
@requires("rgpd:erase")
def erasures():
    """Erase a person's data; ``state`` is ``incomplete`` while a part is missing."""
    outcome = _desk().fulfil(_demanded())
    return jsonify(
        demand=outcome.demand,
        state="done" if outcome.complete else "incomplete",
        erasures=[asdict(erasure) for erasure in outcome.erasures],
        missing=sorted({part.plugin for part in outcome.failed}),
        residual=list(outcome.residual),
    )


def _desk() -> Desk:
    return cast(Desk, get(People))


def _archive(subjects: Sequence[Subject]) -> Response:
    content, outcome = _desk().disclose(subjects)
    headers = {
        "Content-Disposition": f'attachment; filename="export-{outcome.demand}.zip"',
        "Cache-Control": "no-store",
        "Dihya-Complete": "true" if outcome.complete else "false",
    }
    return Response(content, mimetype="application/zip", headers=headers)


def _chosen() -> list[Subject]:
    """Return the subjects that the form names as ``table:key``."""
    found = []
    for text in request.form.getlist("subject"):
        table, _colon, key = text.partition(":")
        found.append(_desk().subject(table, key))
    if not found:
        raise Invalid("no subject given; find the person first", flaws=[Flaw("/subject", "is missing")])
    return found


def _demanded() -> list[Subject]:
    try:
        form = DemandForm.model_validate(request.get_json(silent=True) or {})
    except ValidationError as error:
        flaws = [Flaw("/" + "/".join(map(str, item["loc"])), item["msg"]) for item in error.errors()]
        raise Invalid("the demand is not readable", flaws=flaws) from error
    if form.subjects:
        return [_desk().subject(subject.table, subject.key) for subject in form.subjects]
    found = _desk().find(form.identifier)
    if not found:
        raise NotFound("nobody is known by this identifier")
    return found
