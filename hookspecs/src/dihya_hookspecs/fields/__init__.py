"""Fields: one declaration on the model says type, limits, words and rights; forms, checks and pages follow from it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .declared import Declared as Declared
    from .declared import Field as Field
    from .declared import field_of as field_of
    from .declared import fields_of as fields_of
    from .declared import labels_of as labels_of
    from .form import checked as checked
    from .form import form_of as form_of
    from .form import values_of as values_of
    from .numbers import Money as Money
    from .numbers import Number as Number
    from .numbers import Percentage as Percentage
    from .numbers import Whole as Whole
    from .resource import permissions_in as permissions_in
    from .resource import permissions_of as permissions_of
    from .resource import resource_of as resource_of
    from .resource import resources_in as resources_in
    from .sentences import sentence as sentence
    from .sequences import Sequence as Sequence
    from .texts import Colour as Colour
    from .texts import Email as Email
    from .texts import Iban as Iban
    from .texts import LongText as LongText
    from .texts import Phone as Phone
    from .texts import ShortText as ShortText
    from .texts import Url as Url
    from .types import Choice as Choice
    from .types import FieldType as FieldType
    from .types import Flag as Flag
    from .types import Limits as Limits
    from .types import LocalDate as LocalDate
    from .types import Reference as Reference
    from .types import UTCDateTime as UTCDateTime
    from .types import in_utc as in_utc

_PLACES = {
    "declared": "Declared Field field_of fields_of labels_of",
    "form": "checked form_of values_of",
    "numbers": "Money Number Percentage Whole",
    "resource": "permissions_in permissions_of resource_of resources_in",
    "sentences": "sentence",
    "sequences": "Sequence",
    "texts": "Colour Email Iban LongText Phone ShortText Url",
    "types": "Choice FieldType Flag Limits LocalDate Reference UTCDateTime in_utc",
}
_WHERE = {name: module for module, names in _PLACES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    # Most of it needs SQLAlchemy, which takes 0.3 s to import; commands that touch no table must not pay for it.
    if name in _WHERE:
        return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
