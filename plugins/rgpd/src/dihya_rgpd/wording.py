"""What stands in an export as a person reads it, in French and English: tables, fields, purposes, bases, retentions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dihya_hookspecs.fields.declared import Field, field_of
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.rgpd import Retention

if TYPE_CHECKING:
    from sqlalchemy import Table

_BASES = {
    "consent": Text("consent", "consentement"),
    "contract": Text("contract", "contrat"),
    "legal_obligation": Text("legal obligation", "obligation légale"),
    "vital_interests": Text("vital interests", "intérêts vitaux"),
    "public_interest": Text("public task", "mission d’intérêt public"),
    "legitimate_interest": Text("legitimate interest", "intérêt légitime"),
}


def basis(name: str) -> Text:
    """Return a legal basis in words."""
    return _BASES.get(name, Text(name, name))


def kept(retention: str, table: Table | None = None) -> Text:
    """Return how long something is kept, in words; a column is named by its label in the table, or else as the data name it."""
    parsed = Retention.parse(retention)
    if table is None:
        return parsed.words
    names = {each.name for each in table.columns}
    said = {name: label(table, name) for name in parsed.starts if name in names}
    english = _called(parsed, {name: f"“{words.en}”" for name, words in said.items()})
    french = _called(parsed, {name: f"« {words.fr} »" for name, words in said.items()})
    return Text(english.words.en, french.words.fr)


def _called(retention: Retention, names: Mapping[str, str]) -> Retention:
    """Return a retention whose columns have other names."""
    return replace(
        retention, spans=tuple(replace(span, after=names.get(span.after, span.after)) for span in retention.spans)
    )


def both(said: str | Text) -> Text:
    """Return what was said in one language or in two as a text in two."""
    return said if isinstance(said, Text) else Text(said, said)


def title(table: Table) -> Text:
    """Return what people call a table: the title of its resource, or else its name."""
    said = vars(table.info.get("model", object)).get("__resource__")
    return Text(*said.title) if said is not None else both(table.name)


def label(table: Table, column: str) -> Text:
    """Return what people call a column."""
    return _field(table, column).label


def speaker(table: Table, column: str) -> Callable[[Any], Any]:
    """Return what makes of a value of this column what people read: as it stands, but a code or a yes or no in words."""
    choices = {code: f"{said.fr} – {said.en}" for code, said in _field(table, column).choices.items()}

    def spoken(given: Any) -> Any:
        if isinstance(given, bool):
            return "oui – yes" if given else "non – no"
        return choices.get(given, given) if isinstance(given, str) else given

    return spoken


def _field(table: Table, column: str) -> Field:
    """Return what is known of a column by the name that it has in the database."""
    return field_of(next(each for each in table.columns if each.name == column))
