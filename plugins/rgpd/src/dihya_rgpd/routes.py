"""The desk where people's demands are carried out, and its interface."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.rgpd import People, Subject
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import body, requires
from flask import Blueprint, Response, after_this_request, jsonify, redirect, request, url_for
from pydantic import BaseModel, ConfigDict, Field

from .archive import Sending, work_folder
from .models import DemandRow
from .outcome import Outcome, answer, remains
from .settings import Settings
from .settling import committed

if TYPE_CHECKING:
    from .service import DataSubjects

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
    reason: str = Field("", max_length=500)
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
    found = desk.look_up(request.form.get("identifier", ""))
    current().record("rgpd.find", subjects=len(found.subjects))
    return get(Layout).page(
        "rgpd/person.html",
        title=_("Where the data lies"),
        found=found,
        places=desk.places(found.subjects) if found.subjects else [],
        captions=desk.captions([*found.subjects, *found.candidates]),
        holds=desk.holds.on(found.subjects),
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
        captions=_desk().captions(subjects),
        erasures=_desk().foresee(subjects),
    )


@pages.post("/erase")
@requires("rgpd:erase", confirmed=True)
def erase():
    """Erase, and show what became of the data."""
    outcome = _desk().fulfil(_chosen())

    def page(receipt):
        return get(Layout).page(
            "rgpd/erased.html",
            title=_("Result of the erasure"),
            outcome=outcome,
            done=receipt.state == "done",
            remains=remains(receipt),
        )

    return _once_committed(outcome, page)


@pages.get("/retention")
@requires("rgpd:read")
def retention():
    """Show what has been kept for long enough, now and within a month, and the legal holds."""
    desk, today = _desk(), datetime.now(UTC).date()
    return get(Layout).page(
        "rgpd/retention.html",
        title=_("What expires"),
        over=desk.expiring(today),
        soon=desk.expiring(today + timedelta(days=30)),
        holds=desk.holds.all(),
        automatic=get(Settings).retention,
    )


@pages.post("/retention")
@requires("rgpd:erase", confirmed=True)
def expire():
    """Remove or empty what is over, and show what is left."""
    _desk().expire(datetime.now(UTC).date())
    return redirect(url_for("rgpd.retention"), 303)


@pages.post("/hold")
@requires("rgpd:hold")
def hold():
    """Place a legal hold on the subjects."""
    _desk().hold(_chosen(), request.form.get("reason", ""))
    return redirect(url_for("rgpd.retention"), 303)


@pages.post("/release")
@requires("rgpd:hold")
def release():
    """Release the legal holds on the subjects."""
    _desk().release(_chosen())
    return redirect(url_for("rgpd.retention"), 303)


@api.post("/subjects")
@requires("rgpd:read")
def subjects():
    """List the subjects known by an identifier, who else may be meant, and where data about them lies."""
    desk = _desk()
    found = desk.look_up(body(DemandForm).identifier)
    current().record("rgpd.find", subjects=len(found.subjects))
    captions = desk.captions(found.candidates)
    return jsonify(
        subjects=[asdict(subject) for subject in found.subjects],
        candidates=[{**asdict(one), "caption": captions[f"{one.table}:{one.key}"]} for one in found.candidates],
        places=[asdict(place) for place in desk.places(found.subjects)] if found.subjects else [],
        missing=sorted({part.plugin for part in found.failed}),
        out_of_reach=[one.reason for one in found.beyond],
    )


@api.get("/expiring")
@requires("rgpd:read")
def expiring():
    """List what has been kept for as long as its column says, table by table."""
    found = _desk().expiring(datetime.now(UTC).date())
    return jsonify(items=[{**asdict(one), "since": one.since.isoformat()} for one in found])


@api.get("/holds")
@requires("rgpd:read")
def holds():
    """List the legal holds."""
    found = _desk().holds.all()
    return jsonify(
        items=[
            {
                "table": one.subject_table,
                "key": one.subject_key,
                "reason": one.reason,
                "placed_at": one.placed_at.isoformat(),
            }
            for one in found
        ]
    )


@api.post("/holds")
@requires("rgpd:hold")
def place_hold():
    """Keep everything about the subjects where it is, until it is released."""
    form = body(DemandForm)
    return jsonify(subjects=_desk().hold(_demanded(form), form.reason)), 201


@api.post("/holds/release")
@requires("rgpd:hold")
def release_hold():
    """Release the legal holds on the subjects."""
    return jsonify(released=_desk().release(_demanded(body(DemandForm))))


@api.get("/coverage")
@requires("rgpd:read")
def coverage():
    """List every column about people, and the tables of plugins that are not active."""
    desk = _desk()
    return jsonify(
        columns=[asdict(place) for place in desk.places()],
        residual=[one.table for one in desk.reach.residual()],
        out_of_reach=[one.reason for one in desk.reach.residual()],
        flaws=desk.annotations.flaws,
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
                "remains": remains(row),
            }
            for row in _desk().recent()
        ]
    )


@api.post("/exports")
@requires("rgpd:export")
def exports():
    """Export a person's data as a signed ZIP."""
    return _archive(_demanded(body(DemandForm)))


@api.post("/erasures")
@requires("rgpd:erase", confirmed=True)
def erasures():
    """Erase a person's data; ``state`` is ``incomplete`` while a part is missing, or bytes of it are on the disk."""
    outcome = _desk().fulfil(_demanded(body(DemandForm)))
    return _once_committed(outcome, lambda receipt: jsonify(answer(receipt, outcome)))


def _desk() -> DataSubjects:
    return cast("DataSubjects", get(People))


def _once_committed(outcome: Outcome, answered: Callable[[DemandRow], Response]) -> Response:
    """Answer with what is true after the commit: whether the bytes are gone is known only then."""

    @after_this_request
    def complete(response: Response) -> Response:
        if response.status_code == 200:
            committed(outcome.demand)
            made = answered(_desk().receipt(outcome.demand))
            response.set_data(made.get_data())
            response.mimetype = made.mimetype
        return response

    return Response(status=200)


def _archive(subjects: Sequence[Subject]) -> Response:
    file = tempfile.TemporaryFile(dir=work_folder(get(AppInfo).data))  # noqa: SIM115 - closed once it is sent
    try:
        outcome = _desk().disclose(subjects, file)
        size = file.tell()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    headers = {
        "Content-Disposition": f'attachment; filename="export-{outcome.demand}.zip"',
        "Cache-Control": "no-store",
        "Dihya-Complete": "true" if outcome.complete else "false",
    }
    answer = Response(Sending(file), mimetype="application/zip", headers=headers)
    answer.content_length = size
    return answer


def _chosen() -> list[Subject]:
    """Return the subjects that the form names as ``table:key``."""
    found = []
    for text in request.form.getlist("subject"):
        table, _colon, key = text.partition(":")
        found.append(_desk().subject(table, key))
    if not found:
        raise Invalid("no subject given; find the person first", flaws=[Flaw("/subject", "is missing")])
    return found


def _demanded(form: DemandForm) -> list[Subject]:
    if form.subjects:
        return [_desk().subject(subject.table, subject.key) for subject in form.subjects]
    return _desk().known(form.identifier)


BLUEPRINTS = (pages, api)
