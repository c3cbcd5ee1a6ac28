"""The shape of a template, as JSON Schema 2020-12, and what is wrong with data that does not have it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from dihya_hookspecs import Flaw
from dihya_hookspecs.i18n import gettext as _
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from jsonschema.exceptions import ValidationError, relevance  # type: ignore[import-untyped]

FORMAT = "dihya-structure 1"
"""What a structure says of itself; the number rises with a change that older versions could not read."""
MOST_TABLES = 100
_ORIGIN = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"name": {"type": "string", "maxLength": 64}, "version": {"type": "string", "maxLength": 40}},
    "dependentRequired": {"name": ["version"], "version": ["name"]},
    "description": "The template from which it came; empty for none.",
}
_EARLIER = {
    "type": "array",
    "maxItems": 30,
    "items": {"$ref": "#/$defs/identifier"},
    "description": "The choices of the version before whose records have this one from now on.",
}


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


@cache
def structure_schema() -> dict[str, Any]:
    """Return the JSON Schema of a structure: that of a template with its options decided."""
    whole = copy.deepcopy(template_schema())
    known = whole["properties"]
    return {
        "$schema": whole["$schema"],
        "$id": "https://dihya.invalid/schemas/structure.json",
        "title": "Structure",
        "description": "The whole of what a plugin will be. Records of a sample and moves of a rule count in the order in which they stand.",
        "type": "object",
        "additionalProperties": False,
        "required": ["format", "name", "title", "language", "entities"],
        "properties": {
            **_ABOUT,
            "description": known["description"],
            "template": _ORIGIN,
            "roles": known["roles"],
            "purposes": known["purposes"],
            "entities": {**known["entities"], "maxItems": MOST_TABLES},
        },
        "$defs": _decided(whole["$defs"]),
    }


_ABOUT: dict[str, Any] = {
    "format": {"const": FORMAT},
    "name": {
        "type": "string",
        "description": "Of the plugin: 2 to 31 of a-z, 0-9 and single '_', a letter first.",
    },
    "title": {"type": "string", "minLength": 1, "maxLength": 80, "description": "What people call the application."},
    "language": {
        "enum": ["en", "fr"],
        "description": "Of the README and the sample records; labels are in both.",
    },
}
"""What a structure says about the plugin, in the order of its schema."""


def _decided(parts: dict[str, Any]) -> dict[str, Any]:
    """Take the choices out of the parts of a template's schema, and let tables, fields and values say what they were called."""
    for name in ("when", "chosen", "option", "phrases"):
        del parts[name]
    entity, field = parts["entity"]["properties"], parts["field"]["properties"]
    for part, name in ((entity, "when"), (entity, "purposes"), (field, "when")):
        del part[name]
    purpose = parts["purpose"]["properties"]
    for part, name in ((field, "min"), (field, "max"), (field, "default"), (purpose, "retention")):
        said = part[name].pop("oneOf")[0]
        part[name] |= said
    for part, what in ((entity, "table"), (field, "field")):
        part["was"] = {
            "$ref": "#/$defs/identifier",
            "description": f"What this {what} was called in the version before.",
        }
    field["values"]["items"]["properties"]["was"] = _EARLIER
    return parts


def template_flaws(data: Any) -> list[Flaw]:
    """Return what is wrong with the shape of a template."""
    return flaws(data, template_schema())


def exact(error: ValidationError) -> str:
    """Return what JSON Schema says, for those who write templates."""
    return (
        worded(error) if error.validator == "oneOf" and not error.context else error.message
    )  # its own words quote the whole


def worded(error: ValidationError) -> str:
    """Return what is wrong with a value in the reader's language."""
    limit, value = error.validator_value, error.instance
    kinds = {
        "integer": _("a whole number"), "number": _("a number"), "boolean": _("yes or no"), "string": _("a text"),
        "array": _("a list"), "object": _("an object"),
    }  # fmt: skip
    match error.validator:
        case "maximum":
            return _("%(value)s is too much; at most %(limit)s", value=value, limit=limit)
        case "minimum":
            return _("%(value)s is too little; at least %(limit)s", value=value, limit=limit)
        case "type" if limit in kinds:
            return _("%(value)r does not fit; it must be %(kind)s", value=_short(value), kind=kinds[limit])
        case "enum":
            return _("%(value)r is not a choice; one of %(known)s", value=value, known=", ".join(map(str, limit)))
        case "const":
            return _("%(value)r does not fit; it must be %(kind)s", value=_short(value), kind=repr(limit))
        case "maxLength":
            return _("this is too long; at most %(limit)s characters", limit=limit)
        case "minLength":
            return _("this is too short; at least %(limit)s characters", limit=limit)
        case "maxItems" | "maxProperties":
            return _("these are %(count)s; at most %(limit)s", count=len(value), limit=limit)
        case "minItems" | "minProperties":
            return _("these are %(count)s; at least %(limit)s", count=len(value), limit=limit)
        case "uniqueItems":
            return _("something is given twice")
        case "required" if limit in (["personal"], ["impersonal"]):
            return _("exactly one of 'personal' and 'impersonal' is needed")
        case "required":
            missing = [name for name in limit if name not in value]
            return _("%(names)s is missing", names=", ".join(map(repr, missing)))
        case "additionalProperties":
            known = error.schema.get("properties", {})
            extra = sorted(set(value) - set(known))
            return _(
                "%(names)s is not known here; one of %(known)s",
                names=", ".join(map(repr, extra)),
                known=", ".join(known),
            )
        case "pattern":
            return _("%(value)r is not written as it must be: %(shape)s", value=_short(value), shape=_shape(error))
        case None:
            return _("%(value)r has no place here", value=_short(value))
        case "oneOf" if not error.context:
            return _("exactly one of 'personal' and 'impersonal' is needed")
    return exact(error)


def _short(value: Any) -> Any:
    text = repr(value)
    return value if len(text) <= 60 else f"{text[:60]}…"


def _shape(error: ValidationError) -> str:
    """Return what a text must look like, in words."""
    where = error.absolute_path[-1] if error.absolute_path else ""
    if where == "retention":
        return "3y, '3y after COLUMN', 'until COLUMN', 'later of A and B', '3y then 5y archived', account, permanent"
    if where == "caption":
        return "{last_name} {first_name}"
    if where == "pattern":
        return "F-{year}-{number:04}"
    if str(error.validator_value) == "_id$":
        return _("the name of a reference ends with _id")
    return _("small letters without accents, digits and _, a letter first")


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
    return Flaw(f"{pointer}{where}", message)
