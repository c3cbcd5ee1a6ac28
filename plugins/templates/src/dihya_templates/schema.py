"""The shape of a template, as JSON Schema 2020-12, and what is wrong with data that does not have it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from dihya_hookspecs import Flaw
from dihya_hookspecs.i18n import gettext as _
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from jsonschema.exceptions import ValidationError, relevance  # type: ignore[import-untyped]


@cache
def template_schema() -> dict[str, Any]:
    """Return the JSON Schema of a whole template."""
    return json.loads(files(__package__).joinpath("template.schema.json").read_text("utf-8"))


@cache
def sector_schema() -> dict[str, Any]:
    """Return the JSON Schema of a sector: a list of blocks, in the words of a trade."""
    return json.loads(files(__package__).joinpath("sector.schema.json").read_text("utf-8"))


@cache
def entity_schema() -> dict[str, Any]:
    """Return the JSON Schema of one entity, as it stands in a template and in ``Needs.entities``."""
    schema = template_schema()
    return {"$schema": schema["$schema"], "$ref": "#/$defs/entity", "$defs": schema["$defs"]}


def template_flaws(data: Any) -> list[Flaw]:
    """Return what is wrong with the shape of a template."""
    return flaws(data, template_schema())


def exact(error: ValidationError) -> str:
    """Return what JSON Schema says, for those who write templates."""
    return error.message


def worded(error: ValidationError) -> str:
    """Return what is wrong with the value of an option in the reader's language."""
    limit = error.validator_value
    kinds = {"integer": _("a whole number"), "number": _("a number"), "boolean": _("yes or no"), "string": _("a text")}
    if error.validator == "maximum":
        return _("%(value)s is too much; at most %(limit)s", value=error.instance, limit=limit)
    if error.validator == "minimum":
        return _("%(value)s is too little; at least %(limit)s", value=error.instance, limit=limit)
    if error.validator == "type" and limit in kinds:
        return _("%(value)r does not fit; it must be %(kind)s", value=error.instance, kind=kinds[limit])
    if error.validator == "enum":
        return _("%(value)r is not a choice; one of %(known)s", value=error.instance, known=", ".join(map(str, limit)))
    if error.validator == "maxLength":
        return _("this is too long; at most %(limit)s characters", limit=limit)
    return exact(error)


def flaws(
    data: Any, schema: Mapping[str, Any], pointer: str = "", word: Callable[[ValidationError], str] = exact
) -> list[Flaw]:
    """Return one flaw for each part of *data* that does not fit *schema*, pointers starting at *pointer*."""
    errors = sorted(
        Draft202012Validator(schema).iter_errors(data), key=lambda error: [str(part) for part in error.path]
    )
    return [_flaw(_deepest(error), pointer, word) for error in errors]


def _deepest(error: ValidationError) -> ValidationError:
    """Follow the alternative that the data came closest to, so that the message names the real mistake."""
    while error.context:
        branches: dict[Any, list[ValidationError]] = {}
        for inner in error.context:
            branches.setdefault(inner.schema_path[0], []).append(inner)
        chosen = min(branches.values(), key=lambda branch: (any(e.validator == "const" for e in branch), len(branch)))
        error = max(chosen, key=relevance)
    return error


def _flaw(error: ValidationError, pointer: str, word: Callable[[ValidationError], str]) -> Flaw:
    where = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in error.absolute_path)
    message = word(error)
    message = message if len(message) <= 200 else f"{message[:200]}…"
    if error.validator == "oneOf" and not error.context:
        message = "exactly one of 'personal' and 'impersonal' is needed"
    return Flaw(f"{pointer}{where}", message)
