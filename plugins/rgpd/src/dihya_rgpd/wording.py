"""What stands in an export as a person reads it, in French and English: tables, fields, purposes, bases, retentions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from dihya_hookspecs.fields.declared import Field, field_of
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.naming import table_words
from dihya_hookspecs.rgpd import Retention

if TYPE_CHECKING:
    from sqlalchemy import Table

    from .outcome import Place

_BASES = {
    "consent": Text("consent", "consentement"),
    "contract": Text("contract", "contrat"),
    "legal_obligation": Text("legal obligation", "obligation légale"),
    "vital_interests": Text("vital interests", "intérêts vitaux"),
    "public_interest": Text("public task", "mission d’intérêt public"),
    "legitimate_interest": Text("legitimate interest", "intérêt légitime"),
}


_CATEGORIES = {
    "name": Text("name", "nom"),
    "contact": Text("contact details", "coordonnées"),
    "contact.email": Text("e-mail address", "adresse électronique"),
    "contact.phone_number": Text("telephone number", "numéro de téléphone"),
    "contact.address": Text("postal address", "adresse postale"),
    "account": Text("account or membership", "compte ou adhésion"),
    "unique_id": Text("identifier", "identifiant"),
    "authorization": Text("secret for signing in", "secret de connexion"),
    "behavior": Text("activity", "activité"),
    "behavior.purchase_history": Text("purchases", "achats"),
    "childrens": Text("children", "enfants"),
    "content": Text("what somebody wrote", "texte rédigé"),
    "notes": Text("notes", "notes"),
    "demographic": Text("personal situation", "situation personnelle"),
    "demographic.date_of_birth": Text("date of birth", "date de naissance"),
    "device": Text("device", "appareil"),
    "financial": Text("finances", "données financières"),
    "payment": Text("payment", "paiement"),
    "health_and_medical": Text("health", "santé"),
    "job_title": Text("function", "fonction"),
    "workplace": Text("place of work", "lieu de travail"),
    "government_id": Text("official number", "numéro officiel"),
    "location": Text("place", "lieu"),
}
"""Categories (fideslang) in words; a finer one is said as the nearest that is known here."""


def category(name: str) -> Text:
    """Return a category of data in words: those of the nearest category above it, or else its own name."""
    parts = name.removeprefix("user.").split(".")
    for end in range(len(parts), 0, -1):
        if said := _CATEGORIES.get(".".join(parts[:end])):
            return said
    return both(parts[-1].replace("_", " "))


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


class PlaceWords(NamedTuple):
    """What people call a column with data about somebody, its table and its category, and how long it is kept."""

    table: Text
    column: Text
    category: Text
    kept: Text


def words_of(place: Place) -> PlaceWords:
    """Return the words of the plugin whose column it is."""
    from dihya_hookspecs.data import Model

    table = Model.metadata.tables[place.table]
    return PlaceWords(title(table), label(table, place.column), category(place.category), kept(place.retention, table))


def both(said: str | Text) -> Text:
    """Return what was said in one language or in two as a text in two."""
    return said if isinstance(said, Text) else Text(said, said)


def title(table: Table) -> Text:
    """Return what people call a table: as its class or its resource says, or else its own name, without underscores."""
    if words := table_words(table):
        return words.title
    owner = str(table.info.get("plugin", ""))
    rest = table.name.removeprefix(f"{owner}_").replace("_", " ")
    return both(f"{owner.replace('_', ' ').capitalize()} – {rest}" if owner else rest)


def titled(name: str) -> str:
    """Return what people call the table of this name; what is none, or is gone with its plugin, keeps its name."""
    from dihya_hookspecs.data import Model

    table = Model.metadata.tables.get(name)
    return name if table is None else str(title(table))


def person(account: str | None) -> str:
    """Return what people call who stands behind an account; its id where nobody may know or says it."""
    from dihya_hookspecs.acts import get
    from dihya_hookspecs.app import Plugins
    from dihya_hookspecs.naming import Accounts

    known = get(Accounts).names([account]) if account and get(Plugins).provides(Accounts) else {}
    return known.get(account or "") or account or ""


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
