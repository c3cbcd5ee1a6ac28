"""A form from a pydantic model: inputs, and values back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo

from dihya_hookspecs.fields import in_utc
from dihya_hookspecs.i18n import Text, language
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.resources.sentences import complaint
from dihya_hookspecs.web import Resource
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from .surroundings import formats

INPUTS = {
    "date": "date",
    "date-time": "datetime-local",
    "time": "time",
    "email": "email",
    "uri": "url",
    "password": "password",
}
EMPTY: Mapping[str, Any] = MappingProxyType({})
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
    schema = model.model_json_schema(mode="validation")
    properties, required = schema.get("properties", {}), set(schema.get("required", ()))
    by_alias = {info.alias or name: (name, info) for name, info in model.model_fields.items()}
    return [
        _field(resource, *by_alias[alias], described, alias in required, schema.get("$defs", {}))
        for alias, described in properties.items()
    ]


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


def parse(
    model: type[BaseModel], fields: list[Field], sent: Mapping[str, str], zone: str, kept: Mapping[str, Any] = EMPTY
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values for the service, and what is wrong with each field that is.

    Args:
        kept: what the record says in fields that the form does not have; rules across fields look at it.
    """
    raw = dict(kept) | {field.name: value for field in fields if (value := _sent(field, sent, zone)) is not _ABSENT}
    aliased = {(model.model_fields[name].alias or name): value for name, value in raw.items()}
    try:
        found = model.model_validate(aliased)
    except ValidationError as error:
        names = {info.alias or name: name for name, info in model.model_fields.items()}
        faults: dict[str, str] = {}
        for item in error.errors():
            where = str(item["loc"][0]) if item["loc"] else ""
            faults.setdefault(names.get(where, where), explain(item))
        return {}, faults
    return {name: _stored(getattr(found, name)) for name in model.model_fields if name not in kept}, {}


_ABSENT = object()


def _sent(field: Field, sent: Mapping[str, str], zone: str) -> Any:
    if field.kind == "checkbox":
        return field.name in sent
    value = sent.get(field.name, "").replace("\r\n", "\n")
    if not value.strip():
        return None if field.nullable else "" if not field.required and isinstance(field.default, str) else _ABSENT
    if field.kind == "datetime-local":
        return _in_zone(value, zone)
    return _number(value) if field.kind == "number" else value


def _number(value: str) -> str:
    """Return a number as programs write it: ``1 234,50`` is ``1234.50``; one with comma and point stays, and is refused."""
    bare = "".join(value.replace("\u202f", " ").split())
    return bare.replace(",", ".") if bare.count(",") == 1 and "." not in bare else bare


def _in_zone(value: str, zone: str) -> Any:
    """A local time becomes an instant; what is no time stays, and the model refuses it."""
    try:
        found = dt.datetime.fromisoformat(value)
    except ValueError:
        return value
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(dt.UTC)


def _stored(value: Any) -> Any:
    """Return a value as tables keep it: enums by value, addresses as text."""
    if isinstance(value, Enum):
        return value.value
    if type(value).__module__.startswith("pydantic"):
        return str(value)
    return value


def shown(field: Field, value: Any, zone: str) -> str:
    """Return a value as the input wants it."""
    if value is None:
        return ""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, dt.datetime):
        value = in_utc(value).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        return value.isoformat(timespec="minutes")
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def zone() -> str:
    """The time zone in which people read and write times; UTC where no plugin says otherwise."""
    return formats().timezone()


def local(value: dt.datetime) -> dt.datetime:
    """Return an instant as people here read it, without a zone; one without a zone is UTC, as tables keep it."""
    return in_utc(value).astimezone(ZoneInfo(zone())).replace(tzinfo=None)


SENTENCES: dict[str, Text] = {
    "missing": Text("Enter a value.", "Indiquez une valeur."),
    "string_pattern_mismatch": Text(
        "This value does not have the expected form.", "Cette valeur n’a pas la forme attendue."
    ),
    "datetime": Text("Enter a date and a time.", "Indiquez une date et une heure."),
    "date": Text("Enter a date.", "Indiquez une date."),
    "literal": Text("Choose one of the values offered.", "Choisissez l’une des valeurs proposées."),
    "enum": Text("Choose one of the values offered.", "Choisissez l’une des valeurs proposées."),
    "uuid": Text("Choose a record.", "Choisissez une fiche."),
}
"""What is said otherwise where an input offers the values: programs hear of formats, people of what they see."""


def explain(item: Mapping[str, Any]) -> str:
    """Return one error of pydantic as a sentence: the rule's own one, where a model wrote it, otherwise the catalogue's."""
    kind = str(item["type"])
    if kind in ("value_error", "assertion_error"):
        return _(str((item.get("ctx") or {}).get("error", item["msg"])).strip())
    if sentence := SENTENCES.get(kind) or SENTENCES.get(kind.partition("_")[0]):
        return str(sentence)
    said = complaint(item)
    return f"{said[:1].upper()}{said[1:]}."
