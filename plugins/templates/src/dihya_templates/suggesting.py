"""What a person expects of a name that they typed: a technical name, both languages, a type, whether it is about somebody."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dihya_hookspecs.generation import Block

from .names import CLASSES, FIELDS, camel, plural

ABOUT_NOBODY = {"en": "says nothing about a person", "fr": "ne dit rien d'une personne"}
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "de",
        "des",
        "du",
        "d",
        "en",
        "et",
        "for",
        "l",
        "la",
        "le",
        "les",
        "of",
        "on",
        "or",
        "ou",
        "par",
        "pour",
        "the",
        "to",
        "un",
        "une",
    ]
)
_WORDS = (
    (r"e-?mail|courriel|mél", "email", "contact.email"),
    (r"t[ée]l[ée]phone|phone|mobile|portable", "phone", "contact.phone_number"),
    (r"iban|compte bancaire|bank account", "iban", "financial.account_number"),
    (r"n[ée]e? le|naissance|birth", "date", "demographic.date_of_birth"),
    (r"pr[ée]nom|first name|given name", "text", "name.first"),
    (r"nom|surname|last name|family name", "text", "name"),
    (r"adresse|address|rue|street", "text", "contact.address"),
    (r"ville|city|town", "text", "contact.address.city"),
    (r"code postal|postal ?code|zip", "text", "contact.address.postal_code"),
    (r"s[ée]curit[ée] sociale|nir|passeport|passport|social security", "text",
     "government_id.national_identification_number"),
    (r"allergies?|sant[ée]|m[ée]dica\w+|maladies?|handicap|traitements?|health|illness|disability|blood|groupe sanguin",
     "text", "health_and_medical"),
    (r"salaire|revenus?|salary|income|wage", "money", "financial"),
    (r"genre|sexe|gender", "text", "demographic.gender"),
    (r"prix|montant|tarif|co[ûu]t|frais|price|amount|fee|cost", "money", "financial"),
    (r"taux|pourcentage|remise|rate|percentage|discount", "percentage", ""),
    (r"date|jour|[ée]ch[ée]ance|deadline|\w+ (le|on)", "date", ""),
    (r"heure|moment|time", "datetime", ""),
    (r"nombre|quantit[ée]|effectif|number of|quantity|count|âge|age", "integer", ""),
    (r"lien|site( web)?|url|website|link", "url", "contact.url"),
    (r"remarques?|commentaires?|notes?|descriptions?|remarks?|comments?", "long_text", "content"),
)  # fmt: skip
"""Words of a label, the type that goes with them, and what the field says where the table is about a person."""
_NAMES_A_PERSON = frozenset(
    [
        "contact.email", "contact.phone_number", "demographic.date_of_birth", "name.first", "health_and_medical",
        "financial.account_number", "government_id.national_identification_number", "demographic.gender",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A field as somebody would expect it: label in both languages, type, category ("" for about nobody), values of a choice."""

    label: Mapping[str, str]
    type: str = "text"
    personal: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


class Lexicon:
    """The labels of all blocks: what they are in the other language, and what a field of that label usually is."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._fields: dict[str, Counter[tuple[str, str, str, str]]] = {}
        self._titles: dict[str, Mapping[str, str]] = {}
        for block in blocks:
            for text in ("title", "singular"):
                self._add_title(block.data.get(text))
            for each in block.data.get("fields", ()):
                self._add_field(each)

    def _add_title(self, said: Any) -> None:
        if isinstance(said, Mapping):
            for text in said.values():
                self._titles.setdefault(_plain(text), said)

    def _add_field(self, found: Mapping[str, Any]) -> None:
        said = found.get("label")
        if not isinstance(said, Mapping) or found["type"] in ("enum", "reference", "sequence"):
            return
        known = (said["en"], said["fr"], found["type"], found.get("personal", ""))
        for text in said.values():
            self._fields.setdefault(_plain(text), Counter())[known] += 1

    def both(self, said: str | Mapping[str, str]) -> dict[str, str]:
        """Return a title in both languages: the one that was typed, and its other language where a block knows it."""
        if not isinstance(said, str):
            return {**dict.fromkeys(("en", "fr"), next(iter(said.values()), "")), **said}
        known = self._titles.get(_plain(said)) or self._label(said)
        return {code: said if _plain(known[code]) == _plain(said) else known[code] for code in ("en", "fr")}

    def _label(self, said: str) -> Mapping[str, str]:
        counts = self._fields.get(_plain(said))
        if not counts:
            return dict.fromkeys(("en", "fr"), said)
        english, french, *_rest = counts.most_common(1)[0][0]
        return {"en": english, "fr": french}

    def field(self, said: str | Mapping[str, str], about_person: bool) -> Suggestion:
        """Return what a field of this label usually is.

        In a table about a person, a field is about that person unless nothing suggests so and its kind cannot be; elsewhere it is about
        nobody, unless its words name what only people have.
        """
        typed = said if isinstance(said, str) else next(iter(said.values()), "")
        if counts := self._fields.get(_plain(typed)):
            _english, _french, kind, category = counts.most_common(1)[0][0]
        else:
            kind, category = next(
                ((kind, category) for words, kind, category in _WORDS if re.search(rf"\b(?:{words})\b", typed.lower())),
                ("boolean" if typed.rstrip().endswith("?") else "text", ""),
            )
        label = self.both(said) if not isinstance(said, str) else self._typed(said)
        if about_person:
            return Suggestion(label, kind, category or "content")
        return Suggestion(label, kind, category if category in _NAMES_A_PERSON else "")

    def _typed(self, said: str) -> dict[str, str]:
        known = self._label(said)
        return {code: said if _plain(known[code]) == _plain(said) else known[code] for code in ("en", "fr")}


def slug(said: str) -> str:
    """Return words as an identifier: ``Taille du maillot`` gives ``taille_maillot``; "" where no letter is left."""
    spelled = said.lower().replace("œ", "oe").replace("æ", "ae").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    kept = [word for word in words if word not in _SMALL] or words
    return "_".join(kept).lstrip("_0123456789")[:34].strip("_")


def field_name(said: str, taken: Collection[str], kind: str = "text", table: str = "") -> str:
    """Return a name for a field that means nothing else and is none of *taken*; that of a reference ends in ``_id``."""
    name = slug(said) or "field"
    if name in FIELDS or name.startswith("model_"):
        name = f"{table}_{name}"[:34] if table else f"{name}_value"
    ending = "_id" if kind == "reference" else ""
    return _unique(name.removesuffix("_id") if ending else name, taken, ending)


def choice_name(said: str, taken: Collection[str]) -> str:
    """Return a name for a choice."""
    return _unique(slug(said) or "choice", taken, "")


def table_names(title: str, singular: str, taken: Collection[str]) -> tuple[str, str]:
    """Return a name for a table and its plural, none of them in *taken*."""
    many = slug(title)[:29] or "table"
    one = slug(singular)[:27] if singular else _singular(many)
    one = one if len(one) > 1 else f"table_{one}".rstrip("_")
    many = many if len(many) > 1 and many != one else plural(one)
    number = 1
    name, several = one, many
    while {name, several} & set(taken) or camel(name) in CLASSES or name == several:
        number += 1
        name, several = f"{one}_{number}", f"{many}_{number}"
    return name, several


def _singular(many: str) -> str:
    first, *rest = many.split("_")
    if len(first) > 3 and first.endswith(("s", "x")) and not first.endswith("ss"):
        first = first[:-1]
    return "_".join([first, *rest])


def _unique(name: str, taken: Collection[str], ending: str) -> str:
    found, number = f"{name}{ending}", 1
    while found in taken or found in FIELDS:
        number += 1
        found = f"{name}_{number}{ending}"
    return found


def _plain(said: str) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", said).casefold()))
