"""What a field declares, and what everybody may know about it: ``field_of`` a column, ``fields_of`` a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column
from sqlalchemy.types import TypeEngine

from .. import DeclarationError
from ..access import SIGNED_IN
from ..i18n import Text
from ..naming import TableWords
from .types import Choice, FieldType, Limits, Reference

OWN = {
    "id": Text("Identifier", "Identifiant"),
    "version": Text("Version", "Version"),
    "created_at": Text("Created", "Création"),
    "changed_at": Text("Changed", "Modification"),
}
"""Columns of every record that the application writes itself."""
LISTED = 5
"""How many fields a list shows when the model does not say which."""
SEARCHED = ("text", "long_text", "email", "phone", "iban", "url")
SUMMED = ("integer", "decimal", "money", "number")
_KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (sa.Enum, "enum"), (sa.Text, "long_text"), (sa.String, "text"), (sa.Boolean, "boolean"), (sa.Integer, "integer"),
    (sa.Float, "number"), (sa.Numeric, "decimal"), (sa.DateTime, "datetime"), (sa.Date, "date"), (sa.Uuid, "uuid"),
    (sa.JSON, "json"), (sa.LargeBinary, "bytes"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Declared:
    """What ``personal(…)`` or ``impersonal(…)`` says about a field beside what it is about.

    Attributes:
        required: a form wants it, although the column may be empty (erasure empties it); None follows the column.
        listed: a list shows it; None leaves it to the first five.
        total: below a list stands the sum of all that the list finds: for amounts and quantities, not for prices or rates.
        visible_to, editable_by: the roles that may see it, and those that may write it; empty for whoever may the record.
    """

    label: Text | None = None
    help: Text | None = None
    required: bool | None = None
    default: Any = None
    search: bool = False
    listed: bool | None = None
    total: bool = False
    read_only: bool = False
    visible_to: tuple[str, ...] = ()
    editable_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A field as everybody may know it: those who draw inputs, write schemas, filter, list, import or check.

    Attributes:
        kind: ``text``, ``long_text``, ``integer``, ``decimal``, ``money``, ``percentage``, ``email``, ``phone``, ``iban``,
            ``colour``, ``url``, ``date``, ``datetime``, ``boolean``, ``enum``, ``reference``; of a plain column also
            ``number``, ``uuid``, ``json``, ``bytes``.
        type: the type of its column; one of ours says its limits, its spelling and what pydantic validates it by.
        required: an add without it is refused. A nullable field may be required: only erasure empties it.
        default: the value of a new record that does not say it; None for none, or where it is worked out.
        choices: word → caption, and *moves* the words that may follow each; both empty for what is no choice.
        reference: ``members``, ``crm.clients``; empty for what is no link.
        computed: the database works it out from other columns.
        read_only: no form writes it; code does.
        secret: shown nowhere, not even in an export.
    """

    name: str
    label: Text
    kind: str
    type: TypeEngine[Any]
    nullable: bool
    required: bool
    help: Text | None = None
    default: Any = None
    limits: Limits = Limits()
    unique: bool = False
    search: bool = False
    listed: bool = False
    total: bool = False
    choices: Mapping[str, Text] = field(default_factory=dict)
    moves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reference: str = ""
    computed: bool = False
    read_only: bool = False
    secret: bool = False
    visible_to: tuple[str, ...] = ()
    editable_by: tuple[str, ...] = ()

    @property
    def writable(self) -> bool:
        """Whether a form has it."""
        return not (self.read_only or self.computed or self.secret)


def declared(options: dict[str, Any]) -> Declared:
    """Take the arguments that are about the field out of *options*, which keep those of ``mapped_column``."""
    known = {name: options.pop(name) for name in Declared.__slots__ if name in options and name != "default"}
    for name in ("label", "help"):
        if name in known:
            known[name] = bilingual(name, known[name])
    for name in ("visible_to", "editable_by"):
        if isinstance(known.get(name), str):
            raise DeclarationError(f"{name}={known[name]!r} takes a tuple of roles; write {name}=({known[name]!r},)")
        if SIGNED_IN in known.get(name, ()):
            raise DeclarationError(f"{name}= names roles, and SIGNED_IN is none; leave {name}= out")
    return Declared(**known, default=options.get("default"))


def bilingual(what: str, said: Any) -> Text:
    """Return *said* as a Text. Raises DeclarationError for what is not two texts."""
    if isinstance(said, tuple) and len(said) == 2 and all(isinstance(part, str) and part.strip() for part in said):
        return Text(*said)
    raise DeclarationError(f"{what}= takes a text in English and one in French, got {said!r}; write ('Name', 'Nom')")


def called(where: str, title: Any, singular: Any) -> dict[str, TableWords]:
    """Return what a table keeps of its words. Raises DeclarationError where only one of the two is said, or in one language."""
    if title is None and singular is None:
        return {}
    if title is None or singular is None:
        raise DeclarationError(
            f"{where} says {'singular' if title is None else 'title'}= alone; write title= and singular="
        )
    return {"words": TableWords(bilingual("title", title), bilingual("singular", singular))}


def field_of(column: Column[Any]) -> Field:
    """Return what is known about the field of one column. Raises DeclarationError for what cannot be."""
    said: Declared = column.info.get("field") or Declared()
    kind, own = column.type, column.key in OWN
    given = isinstance(kind, FieldType) and kind.given
    default = column.default.arg if column.default is not None and column.default.is_scalar else said.default  # type: ignore[attr-defined]
    free = column.nullable or column.default is not None or column.server_default is not None
    found = Field(
        name=column.key,
        label=said.label or (OWN[column.key] if own else _spoken(column.key)),
        kind=_kind(kind),
        type=kind,
        nullable=bool(column.nullable),
        required=not (free or own or given or column.computed is not None) if said.required is None else said.required,
        help=said.help,
        default=None if callable(default) else default,
        limits=kind.limits if isinstance(kind, FieldType) else Limits(max=getattr(kind, "length", None)),
        unique=bool(column.unique),
        search=said.search,
        listed=bool(said.listed),
        total=said.total,
        choices=MappingProxyType(kind.choices if isinstance(kind, Choice) else {}),
        moves=MappingProxyType(kind.following if isinstance(kind, Choice) else {}),
        reference=kind.target if isinstance(kind, Reference) else "",
        computed=column.computed is not None,
        read_only=said.read_only or own or given,
        secret=bool(getattr(column.info.get("rgpd"), "secret", False)),
        visible_to=said.visible_to,
        editable_by=said.editable_by,
    )
    _possible(found, said)
    return found


@cache
def fields_of(model: type) -> Mapping[str, Field]:
    """Return the fields of a model by name, in the order of its columns; the first ones are listed where none says so."""
    table = model.__table__  # type: ignore[attr-defined]
    fields = {column.key: field_of(column) for column in table.columns}
    if any(field.listed for field in fields.values()):
        return MappingProxyType(fields)
    silent = [
        column.key
        for column in table.columns
        if (column.info.get("field") or Declared()).listed is None and _shown(fields[column.key])
    ]
    return MappingProxyType(fields | {name: replace(fields[name], listed=True) for name in silent[:LISTED]})


def labels_of(model: type) -> dict[str, Text]:
    """Return what people read for each field of a model."""
    return {name: field.label for name, field in fields_of(model).items()}


def _shown(field: Field) -> bool:
    return field.name not in OWN and not field.secret and field.kind not in ("long_text", "json", "bytes")


def _kind(kind: TypeEngine[Any]) -> str:
    if isinstance(kind, FieldType):
        return kind.kind
    plain = getattr(kind, "impl_instance", kind)
    return next((name for known, name in _KINDS if isinstance(plain, known)), "json")


def _spoken(name: str) -> Text:
    words = name.removesuffix("_id").replace("_", " ").strip().capitalize()
    return Text(words, words)


def _possible(field: Field, said: Declared) -> None:
    """Raise DeclarationError when what a field says of itself cannot be."""
    choice, numbers, length = field.choices, isinstance(field.default, int | float), None
    if isinstance(field.default, str):
        length = len(field.default)
    low, high = field.limits.min, field.limits.max
    size = length if length is not None else field.default if numbers and not isinstance(field.default, bool) else None
    impossible = (
        (field.search and field.kind not in SEARCHED, f"search=True on a field of kind {field.kind!r}; search in texts"),
        (
            field.total and (field.kind not in SUMMED or field.secret),
            f"total=True on a field of kind {field.kind!r}; total amounts and quantities",
        ),
        (said.listed and field.secret, "listed=True and secret=True; a secret is shown nowhere"),
        (said.search and field.secret, "search=True and secret=True; a secret is found by nobody"),
        (said.required and field.default is not None, "required=True and a default; leave one of them out"),
        (field.computed and bool(said.required), "computed= and required=True; the database writes it, and nobody else"),
        (
            bool(choice) and field.default is not None and field.default not in choice,
            f"default={field.default!r}, which is no choice; use one of {', '.join(choice)}",
        ),
        (
            isinstance(field.type, FieldType) and not choice and size is not None
            and ((low is not None and size < low) or (high is not None and size > high)),
            f"default={field.default!r}, which is not between {low} and {high}; give one that is",
        ),
    )  # fmt: skip
    for wrong, sentence in impossible:
        if wrong:
            raise DeclarationError(f"field {field.name!r} has {sentence}")
