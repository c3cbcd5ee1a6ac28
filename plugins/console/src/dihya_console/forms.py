"""The inputs of a form, from a pydantic model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, cast, get_args

from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import language
from dihya_hookspecs.web import Resource
from pydantic import BaseModel
from pydantic.fields import FieldInfo

INPUTS = {
    "date": "date",
    "date-time": "datetime-local",
    "time": "time",
    "email": "email",
    "uri": "url",
    "password": "password",
}
LONG = 500
"""A text that may be longer than this many characters gets several lines."""


@dataclass(frozen=True, slots=True)
class Field:
    """One input.

    Attributes:
        kind: an ``<input type>``, or ``select``, ``textarea``, ``reference``.
        choices: value and caption, for a select.
        attributes: further HTML attributes, such as ``min`` and ``maxlength``.
        nullable: an empty input means None.
        reference: the name of the resource that it points to.
    """

    name: str
    label: str
    kind: str
    required: bool
    nullable: bool
    choices: tuple[tuple[str, str], ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    reference: str = ""
    default: Any = None

    @property
    def optional(self) -> bool:
        """Whether it may be left empty, and stays so."""
        return self.nullable or (not self.required and self.default == "")


def fields_of(resource: Resource) -> list[Field]:
    """Return the inputs for a resource's form, in order, with captions in the language of the act."""
    model = cast(type[BaseModel], resource.form)
    schema = _schema(model)
    properties, required = schema.get("properties", {}), set(schema.get("required", ()))
    by_alias = {info.alias or name: (name, info) for name, info in model.model_fields.items()}
    return [
        _field(resource, *by_alias[alias], described, alias in required, schema.get("$defs", {}))
        for alias, described in properties.items()
    ]


@cache
def _schema(model: type[BaseModel]) -> Mapping[str, Any]:
    return model.model_json_schema(mode="validation")


def label_of(resource: Resource, name: str) -> str:
    """What people read for a field or column."""
    if name in resource.labels:
        return str(resource.labels[name])
    known = {"created_at": _("Created"), "changed_at": _("Changed"), "id": _("Identifier"), "version": _("Version")}
    return known.get(name) or name.replace("_", " ").capitalize()


def caption(text: Any) -> str:
    """Return a caption, given as a Text, as ``{"en": …, "fr": …}`` or as a plain word, in the language of the act."""
    if isinstance(text, Mapping):
        return str(text.get(language.get()) or text.get("en") or next(iter(text.values()), ""))
    return str(text)


def _field(
    resource: Resource,
    name: str,
    info: FieldInfo,
    described: Mapping[str, Any],
    required: bool,
    definitions: Mapping[str, Any],
) -> Field:
    kinds, nullable = _alternatives(described, definitions)
    kind = kinds[0] if kinds else {}
    merged = {**kind, **{key: value for key, value in described.items() if key not in ("anyOf", "$ref", "allOf")}}
    choices = _choices(kinds, merged)
    reference = resource.references.get(name, "")
    return Field(
        name=name, label=label_of(resource, name), kind=_kind(merged, kinds, choices, reference), required=required,
        nullable=nullable, choices=choices, attributes=tuple(_attributes(merged, kinds, info)),
        hint=caption(merged.get("hint", "")), reference=reference,
        default=None if info.is_required() else info.get_default(call_default_factory=True, validated_data={}),
    )  # fmt: skip


def _alternatives(described: Mapping[str, Any], definitions: Mapping[str, Any]) -> tuple[list[dict[str, Any]], bool]:
    """Return what a value may be, references followed, and whether it may be null."""
    options = described.get("anyOf") or described.get("allOf") or [described]
    found = []
    for option in options:
        while "$ref" in option:
            option = {
                **definitions[option["$ref"].rsplit("/", 1)[-1]],
                **{k: v for k, v in option.items() if k != "$ref"},
            }
        found.append(dict(option))
    return [option for option in found if option.get("type") != "null"], any(
        option.get("type") == "null" for option in found
    )


def _choices(kinds: list[dict[str, Any]], merged: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    values = [value for kind in kinds for value in kind.get("enum", [kind["const"]] if "const" in kind else [])]
    captions = merged.get("captions", {})
    return tuple(
        (str(value), caption(captions.get(str(value), _readable(value)))) for value in values if value is not None
    )


def _readable(value: Any) -> str:
    return str(value).replace("_", " ").capitalize()


def _kind(merged: Mapping[str, Any], kinds: list[dict[str, Any]], choices: tuple[Any, ...], reference: str) -> str:
    if reference:
        return "reference"
    if choices:
        return "select"
    types = {kind.get("type") for kind in kinds}
    if "boolean" in types:
        return "checkbox"
    if types & {"integer", "number"}:
        return "number"
    if merged.get("multiline") or int(merged.get("maxLength", 0)) > LONG or "array" in types:
        return "textarea"
    return INPUTS.get(str(merged.get("format", "")), "text")


def _attributes(merged: Mapping[str, Any], kinds: list[dict[str, Any]], info: FieldInfo) -> Iterable[tuple[str, str]]:
    rules = {key: value for kind in kinds for key, value in kind.items()} | dict(merged)
    whole = any(kind.get("type") == "integer" for kind in kinds)
    if whole or any(kind.get("type") == "number" for kind in kinds):
        low, high = (
            rules.get("minimum", rules.get("exclusiveMinimum")),
            rules.get("maximum", rules.get("exclusiveMaximum")),
        )
        step = 1 if whole else _step(info)
        if whole and "exclusiveMinimum" in rules:
            low = int(rules["exclusiveMinimum"]) + 1
        if whole and "exclusiveMaximum" in rules:
            high = int(rules["exclusiveMaximum"]) - 1
        yield from (
            (name, str(value)) for name, value in (("min", low), ("max", high), ("step", step)) if value is not None
        )
    if "maxLength" in rules:
        yield "maxlength", str(rules["maxLength"])
    if "minLength" in rules and rules["minLength"] > 1:
        yield "minlength", str(rules["minLength"])


def _step(info: FieldInfo) -> str:
    """The step of a decimal input: as fine as the model allows."""
    annotations = [*info.metadata, *_metadata(info.annotation)]
    places = [found for item in annotations if (found := getattr(item, "decimal_places", None)) is not None]
    return str(Decimal(1).scaleb(-places[0])) if places else "any"


def _metadata(annotation: Any) -> Iterable[Any]:
    for argument in get_args(annotation):
        yield argument
        yield from getattr(argument, "metadata", ())
        yield from _metadata(argument)
