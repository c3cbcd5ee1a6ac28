"""``/api/v1/generations/{id}/structure``: the structure of a draft edited by programs, as people edit it on the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_values
from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.web import body, demand_match, limited, requires
from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field

from .. import shape
from ..models import Generation
from ..service import Generations
from .revisions import AT_ONCE, Revisions

structures = Blueprint("services_structures", __name__, url_prefix=f"{shape.BASE}/<uuid:id>/structure")
EDITS_PER_MINUTE = 120


class Edits(BaseModel):
    """Body of ``POST …/structure/edits``: edits as ``edit-schema`` says, made one after the other, all or none."""

    model_config = ConfigDict(extra="forbid")

    edits: list[dict[str, Any]] = Field(min_length=1, max_length=AT_ONCE)


class Replacement(BaseModel):
    """Body of ``PUT …/structure``: the whole document, as ``structure-schema`` says."""

    model_config = ConfigDict(extra="forbid")

    structure: dict[str, Any]


@structures.put("")
@requires("services:generate")
@limited(EDITS_PER_MINUTE, by="person")
def replace(id: Any) -> ResponseReturnValue:
    """Put a whole document in the place of a draft's structure; ``If-Match`` names the version that it replaces."""
    wanted = body(Replacement)
    draft = _matched(id)
    get(Revisions).replace(draft, draft.version, wanted.structure)
    return _answer(draft, ())


@structures.post("/edits")
@requires("services:generate")
@limited(EDITS_PER_MINUTE, by="person")
def edit(id: Any) -> ResponseReturnValue:
    """Make edits of a draft's structure, all or none; ``If-Match`` names the version for which they were made."""
    wanted = body(Edits)
    draft = _matched(id)
    try:
        done = get(Revisions).edit(draft, draft.version, wanted.edits)
    except Invalid as error:
        flaws = [with_values(flaw, pointer=f"/edits{flaw.pointer}") for flaw in error.flaws]
        raise Invalid(error.message, code=error.code, status=error.status, flaws=flaws) from error
    return _answer(draft, done.said)


@structures.post("/undo")
@requires("services:generate")
@limited(EDITS_PER_MINUTE, by="person")
def undo(id: Any) -> ResponseReturnValue:
    """Take the last change of a draft's structure back; ``If-Match`` names the version."""
    draft = _matched(id)
    return _answer(draft, get(Revisions).undo(draft, draft.version).said)


@structures.post("/redo")
@requires("services:generate")
@limited(EDITS_PER_MINUTE, by="person")
def redo(id: Any) -> ResponseReturnValue:
    """Make the change again that was taken back last; ``If-Match`` names the version."""
    draft = _matched(id)
    return _answer(draft, get(Revisions).redo(draft, draft.version).said)


def _matched(id: Any) -> Generation:
    """Return one's own draft, ready to be edited. Raises Invalid: 412 for another version, 428 where none is named."""
    draft = get(Generations).own(id)
    if not demand_match(request, draft.version):
        raise Invalid(_("send If-Match with the ETag of the structure that you read"), code="precondition", status=428)
    get(Revisions).begin(draft)
    return draft


def _answer(draft: Generation, said: Sequence[str]) -> Response:
    answer = jsonify(structure=get(Revisions).document(draft), said=list(said), version=draft.version)
    answer.set_etag(str(draft.version))
    return answer


replace.dihya_body = Replacement  # type: ignore[attr-defined]
edit.dihya_body = Edits  # type: ignore[attr-defined]
