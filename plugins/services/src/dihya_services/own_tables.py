"""Tables and fields that no block has, named as the person named them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from .field_words import FieldWord
from .lemmas import fold, lemmatize
from .reading_words import listed_as

THING = {"en": "a thing, as the sentence names it", "fr": "une chose, telle que la phrase la nomme"}
OWN = {
    "en": "a field of one's own in a table about no person",
    "fr": "un champ à part, dans une table qui ne concerne personne",
}
PEOPLE = {
    "as_named": {
        "title": {"en": "People of this application", "fr": "Personnes de cette application"},
        "basis": "legitimate_interest",
        "retention": "3y",
        "confidence": "to be checked",
    }
}
"""The purpose of a table about people of which nothing else is known."""
LONGEST = 80


def identifier(text: str, taken: Collection[str] = (), longest: int = 30) -> str:
    """Return a name for tables and fields: ``date d'élagage`` gives ``date_elagage``; a number follows where it is taken."""
    words = [word for word in re.findall(r"[a-z0-9]+", fold(text)) if len(word) > 1 and word not in ("de", "du", "des")]
    name = re.sub(r"^[^a-z]+", "", "_".join(words))[:longest].strip("_") or "thing"
    tries = (name, *(f"{name[: longest - 3]}_{number}" for number in range(2, 100)))
    return next(each for each in tries if each not in taken)


def singular(text: str, language: str) -> str:
    """Return a title for one record: ``Objets trouvés`` gives ``Objet trouvé``."""
    words = text.split()
    if language == "fr":
        words = [_one(word) if number < 2 else word for number, word in enumerate(words)]
    else:
        words[-1:] = [lemmatize(words[-1], lang="en")]
    return " ".join(words)


def _one(word: str) -> str:
    lemma = lemmatize(word, lang="fr")
    if fold(lemma)[:3] == fold(word)[:3] and lemma[-2:] not in ("er", "ir", "re"):
        return lemma
    return word.removesuffix("s")


def titled(text: str) -> dict[str, str]:
    """Return a text as a title in both languages, as the person wrote it."""
    said = (text[:1].upper() + text[1:])[:LONGEST]
    return {"en": said, "fr": said}


def own_table(text: str, language: str, taken: Collection[str]) -> dict[str, Any]:
    """Return a table with a name and notes, about people where its name says so.

    Args:
        taken: names of the tables that are there.
    """
    one = singular(text, language)
    head = fold(text.split()[0] if language == "fr" else text.split()[-1])
    person = head in listed_as("people")
    says = {"personal": "name"} if person else {"impersonal": THING}
    free = {"personal": "content"} if person else {"impersonal": THING}
    table: dict[str, Any] = {
        "name": identifier(one, taken),
        "title": titled(text),
        "singular": titled(one),
        "origin": "sentence",
        "caption": "{name}",
        "order": "name",
        "fields": [
            {"name": "name", "type": "text", "max": 120, "required": True, "label": {"en": "Name", "fr": "Nom"}, **says},
            {"name": "notes", "type": "long_text", "max": 2000, "label": {"en": "Notes", "fr": "Notes"}, **free},
        ],
    }  # fmt: skip
    return {**table, "subject": "id", "purpose": "as_named", "purposes": PEOPLE} if person else table


def own_field(word: FieldWord, text: str, language: str, table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a field for a table; it is personal where the table holds anything about a person."""
    shape = {key: value for key, value in word.shape.items() if key != "personal"}
    label = {**titled(text), **({} if not word.label else {_other(language): word.label[_other(language)]})}
    taken = {field["name"] for field in table["fields"]}
    if "subject" in table or any("personal" in field for field in table["fields"]):
        says: dict[str, Any] = {"personal": word.shape.get("personal", "content")}
    else:
        says = {"impersonal": OWN}
    return {"name": identifier(word.name or text, taken, 40), **shape, "label": label, **says}


def _other(language: str) -> str:
    return "en" if language == "fr" else "fr"
