"""``/api/v1/rgpd``: find, export, erase, hold; identifiers stand in no address."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from dihya_hookspecs.acts import current, get
from dihya_hookspecs.rgpd import Subject
from dihya_hookspecs.web import body, requires
from flask import Blueprint, jsonify
from pydantic import BaseModel, ConfigDict, Field

from .captions import captions_of
from .desk import archive, once_committed, opened
from .models import Hold
from .outcome import answer, remains
from .settings import Settings

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
    portable: bool = False
    subjects: list[SubjectForm] = Field(default_factory=list, max_length=100)


@api.post("/subjects")
@requires("rgpd:read")
def subjects():
    """List the subjects known by an identifier, who else may be meant, and where data about them lies."""
    desk = opened()
    found = desk.look_up(body(DemandForm).identifier)
    current().record("rgpd.find", subjects=len(found.subjects))
    captions = captions_of(desk, found.candidates)
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
    found = opened().expiring(datetime.now(UTC).date())
    return jsonify(items=[{**asdict(one), "since": one.since.isoformat()} for one in found])


@api.get("/holds")
@requires("rgpd:read")
def holds():
    """List the legal holds."""
    return jsonify(items=[_placed(one) for one in opened().holds.all()])


@api.post("/holds")
@requires("rgpd:hold")
def place_hold():
    """Keep everything about the subjects where it is, until it is released."""
    form = body(DemandForm)
    return jsonify(subjects=opened().hold(_demanded(form), form.reason)), 201


@api.post("/holds/release")
@requires("rgpd:hold")
def release_hold():
    """Release the legal holds on the subjects."""
    return jsonify(released=opened().release(_demanded(body(DemandForm))))


@api.post("/restrictions/place")
@requires("rgpd:restrict")
def place_restriction():
    """Keep everything about the subjects, and show it to nobody but whoever may restrict, until it is lifted."""
    form = body(DemandForm)
    return jsonify(subjects=opened().restrict(_demanded(form), form.reason)), 201


@api.post("/restrictions/lift")
@requires("rgpd:restrict")
def lift_restriction():
    """Lift the restrictions on the subjects."""
    return jsonify(lifted=opened().lift(_demanded(body(DemandForm))))


@api.get("/coverage")
@requires("rgpd:read")
def coverage():
    """List every column about people, and the tables of plugins that are not active."""
    desk = opened()
    return jsonify(
        columns=[asdict(place) for place in desk.places()],
        residual=[one.table for one in desk.reach.residual()],
        out_of_reach=[one.reason for one in desk.reach.residual()],
        flaws=desk.annotations.flaws,
    )


@api.get("/register")
@requires("rgpd:read")
def register():
    """Return the register of processing activities: who answers for it, and one line for each purpose of each plugin."""
    from .register import opened as register_opened

    settings = get(Settings)
    return jsonify(
        controller=settings.controller,
        officer=settings.officer,
        measures=settings.measures,
        items=[asdict(line) for line in register_opened().lines()],
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
            for row in opened().receipts.recent()
        ]
    )


@api.post("/exports")
@requires("rgpd:export")
def exports():
    """Export a person's data as a signed ZIP; ``portable`` leaves what rests neither on consent nor on contract."""
    form = body(DemandForm)
    return archive(_demanded(form), form.portable)


@api.post("/erasures")
@requires("rgpd:erase", confirmed=True)
def erasures():
    """Erase a person's data; ``state`` is ``incomplete`` while a part is missing, or bytes of it are on the disk."""
    outcome = opened().fulfil(_demanded(body(DemandForm)))
    return once_committed(outcome, lambda receipt: jsonify(answer(receipt, outcome)))


def _demanded(form: DemandForm) -> list[Subject]:
    if form.subjects:
        return [opened().subject(subject.table, subject.key) for subject in form.subjects]
    return opened().known(form.identifier)


def _placed(one: Hold) -> dict[str, str]:
    return {
        "table": one.subject_table,
        "key": one.subject_key,
        "reason": one.reason,
        "placed_at": one.placed_at.isoformat(),
    }
