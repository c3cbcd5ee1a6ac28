"""Edits of a structure: each keeps the document valid, or refuses with one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.generation import Block, Edited
from dihya_hookspecs.resources.writing import validated
from pydantic import Field, RootModel, TypeAdapter

from . import choice_edits, field_edits, people_edits, table_edits
from .checking import checked
from .draft import Draft
from .mending import mend

EDITS = (*table_edits.EDITS, *field_edits.EDITS, *choice_edits.EDITS, *people_edits.EDITS)


@cache
def _form() -> type[RootModel[Any]]:
    union: Any = EDITS[0]
    for each in EDITS[1:]:
        union = union | each
    return RootModel[Annotated[union, Field(discriminator="edit")]]


@cache
def edit_schema() -> dict[str, Any]:
    """Return the JSON Schema of one edit; each alternative says in its description what it does."""
    schema = TypeAdapter(_form()).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Edit of a structure", **schema}


def edited(document: Mapping[str, Any], edit: Mapping[str, Any], blocks: Mapping[str, Block]) -> Edited:
    """Return a valid structure with one change made, and what follows from it.

    Raises:
        Invalid: for an edit that is none, at its mistakes; for one that cannot be made, with the one reason.
    """
    draft = Draft(checked(document), blocks)
    validated(_form(), edit).root.make(draft)
    mend(draft)
    try:
        whole = checked(draft.data)
    except Invalid as error:
        reason = error.flaws[0].detail if error.flaws else error.message
        raise Invalid(reason, flaws=[Flaw("", reason)]) from error
    return Edited(whole, tuple(draft.notices), draft.pointer())
