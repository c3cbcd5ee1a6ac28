"""``/api/v1/rgpd/mine``: one's own data, and one's own requests."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from dihya_hookspecs.acts import current
from dihya_hookspecs.web import body, limited, requires
from flask import Blueprint, jsonify
from pydantic import BaseModel, ConfigDict, Field

from . import rights
from .desk import archive, opened
from .models import Request
from .own import OwnData, tables_of

own_api = Blueprint("rgpd_own_api", __name__, url_prefix="/api/v1/rgpd/mine")


class TakeForm(BaseModel):
    """What is downloaded: everything, or what rests on consent or contract."""

    model_config = ConfigDict(extra="forbid")

    portable: bool = False


class AskForm(BaseModel):
    """A request in the person's own words."""

    model_config = ConfigDict(extra="forbid")

    asks: str = Field(max_length=40)
    wish: str = Field("", max_length=4000)


@own_api.get("")
@requires("rgpd:own")
def mine():
    """List the tables in which something is held about the caller, the rights on it, and the caller's own requests."""
    current().record("rgpd.looked")
    data = OwnData(opened())
    places = data.places()
    return jsonify(
        tables=[asdict(table) for table in tables_of(places)],
        rights={line.basis: dict(zip(rights.TABLE[line.basis], line.answers, strict=True)) for line in
                rights.of(place.basis for place in places)},
        requests=[_told(one) for one in data.sent()],
    )  # fmt: skip


@own_api.post("/export")
@requires("rgpd:own", confirmed=True)
@limited(10, by="person")
def take_mine():
    """Download what is held under the caller's account as a signed ZIP; ``portable`` leaves what rests on another basis."""
    form = body(TakeForm)
    current().record("rgpd.taken")
    return archive(OwnData(opened()).subjects(), form.portable)


@own_api.post("/requests")
@requires("rgpd:own")
def ask_mine():
    """Send a request about the caller's own data; it is to be answered within a month."""
    form = body(AskForm)
    return jsonify(_told(OwnData(opened()).ask(form.asks, form.wish))), 201


def _told(one: Request) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "asks": one.asks,
        "wish": one.wish,
        "state": one.state,
        "received_on": one.received_on.isoformat(),
        "due_on": one.due_on.isoformat(),
        "closed_on": one.closed_on.isoformat() if one.closed_on else None,
        "why_longer": one.why_longer,
        "answer": one.answer if one.closed_on else None,
    }
