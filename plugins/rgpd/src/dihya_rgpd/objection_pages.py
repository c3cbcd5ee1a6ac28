"""Objections at the desk: noting one, and deciding on it, on pages and over ``/api/v1/rgpd/objections``."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.rgpd import Subject
from dihya_hookspecs.web import body, requires
from flask import Blueprint, jsonify, request
from pydantic import BaseModel, ConfigDict, Field

from .consent_models import Objection
from .consent_pages import WRITE, WithdrawalForm, again, chosen, demanded, of_the_plugin
from .objections import LONGEST, Objections

objection_pages = Blueprint("rgpd_objections", __name__, url_prefix="/rgpd/objection")
objection_api = Blueprint("rgpd_objections_api", __name__, url_prefix="/api/v1/rgpd/objections")


class ObjectionForm(WithdrawalForm):
    """Who objects, to what, and what they say."""

    grounds: str = Field("", max_length=LONGEST)
    request: uuid.UUID | None = None


class DecisionForm(BaseModel):
    """What is decided on an objection that is being weighed."""

    model_config = ConfigDict(extra="forbid")

    id: uuid.UUID
    upheld: bool
    reasons: str = Field("", max_length=LONGEST)


@objection_pages.post("/note")
@requires(WRITE)
def note() -> Any:
    """Note an objection, and show the person again."""
    form = request.form
    asked = _id(form["request"]) if form.get("request") else None
    return _said(
        lambda: noted(chosen(), form.get("purpose", ""), form.get("grounds", ""), asked), _("The objection is noted.")
    )


@objection_pages.post("/decide")
@requires(WRITE)
def decide() -> Any:
    """Uphold or reject an objection, and show the person again."""
    form = request.form
    upheld = form.get("decision") == "upheld"
    return _said(
        lambda: get(Objections).decide(_one(_id(form.get("id", ""))), upheld=upheld, reasons=form.get("reasons", "")),
        _("The objection is upheld.") if upheld else _("The objection is rejected."),
    )


@objection_api.post("/note")
@requires(WRITE)
def note_over_rest() -> Any:
    """Note an objection; ``state`` is ``upheld`` at once for direct marketing."""
    form = body(ObjectionForm)
    rows = noted(demanded(form), form.purpose, form.grounds, form.request)
    return jsonify(items=[{"id": str(row.id), "state": row.state} for row in rows]), 201


@objection_api.post("/decide")
@requires(WRITE)
def decide_over_rest() -> Any:
    """Uphold or reject an objection."""
    form = body(DecisionForm)
    row = _one(form.id)
    get(Objections).decide(row, upheld=form.upheld, reasons=form.reasons)
    return jsonify(id=str(row.id), state=row.state)


def noted(subjects: Sequence[Subject], purpose: str, grounds: str, asked: uuid.UUID | None) -> list[Objection]:
    """Note an objection of one person; return one row for each subject by which the purpose's plugin knows them."""
    objections = get(Objections)
    return [
        objections.note(subject, purpose, grounds, asked)
        for subject in of_the_plugin(subjects, objections.catalogue.get(purpose).plugin)
    ]


def _said(work: Any, done: str) -> Any:
    try:
        work()
    except Invalid as error:
        current().undo()
        return again(error.flaws[0].detail if error.flaws else error.message, "error")
    return again(done, "success")


def _one(id: uuid.UUID) -> Objection:
    if (row := current().session.get(Objection, id)) is None:
        raise NotFound(f"no objection {id}")
    return row


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound(f"no record {text[:40]!r}") from None
