"""Tables as somebody writes them on a command line: ``member: name:text!=name email:email joined_on:date``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.i18n import gettext as _

_TABLE = re.compile(r"\s*([a-z][a-z0-9_]{0,39})\s*:\s*(\S.*)", re.DOTALL)
_FIELD = re.compile(r"([a-z][a-z0-9_]{0,39}):([a-z_]+)(?:\(([a-z0-9_, ]+)\))?(!)?(?:=([a-z_.]+))?")
_PART = re.compile(r"(?:[^\s()]|\([^()]*\))+")
_OWN = {"email": "contact.email", "phone": "contact.phone_number"}
NOBODY = "none"
"""What a field says that is not about the person of its table: ``colour:text=none``."""


def tables(said: Sequence[str]) -> list[dict[str, Any]]:
    """Return the entities that *said* describes, as a template has them. Raises Invalid for what cannot be read.

    A field is ``name:type``; ``!`` makes it required, ``=category`` says what it tells about a person; in brackets stand the
    values of an ``enum`` and the table of a ``reference``. One field about a person makes the whole table about that person,
    and a table that refers to it as well: the other fields are ``content`` unless they say ``=none``.
    """
    found = [_table(each) for each in said]
    people = _about_people(found)
    for entity in found:
        _annotate(entity, entity["name"] in people)
    return found


def _table(said: str) -> dict[str, Any]:
    found = _TABLE.fullmatch(said)
    if not found:
        example = "book: title:text! year:integer"
        raise Invalid(
            _(
                "%(said)r is no table; write its name, a colon and its fields: %(example)r",
                said=said[:80],
                example=example,
            ),
            code="table",
        )
    return {"name": found[1], "fields": [_field(part) for part in _PART.findall(found[2])]}


def _field(said: str) -> dict[str, Any]:
    found = _FIELD.fullmatch(said)
    if not found:
        raise Invalid(
            _("%(said)r is no field; write 'name:type', and '!' behind it when it is required", said=said[:80]),
            code="field",
        )
    name, kind, inside, required, category = found.groups()
    field: dict[str, Any] = {"name": name, "type": kind}
    if kind == "reference":
        field["to"] = (inside or name.removesuffix("_id")).strip()
    elif kind == "enum":
        field["values"] = [{"name": value.strip()} for value in (inside or "").split(",") if value.strip()]
    if required:
        field["required"] = True
    if category or kind in _OWN:
        field["personal"] = category or _OWN[kind]
    return field


def _about_people(entities: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the names of the tables that are about somebody: by a field of theirs, or by whom they refer to."""
    people = {
        entity["name"]
        for entity in entities
        if any(field.get("personal", NOBODY) != NOBODY for field in entity["fields"])
    }
    while (
        more := {entity["name"] for entity in entities if any(field.get("to") in people for field in entity["fields"])}
        - people
    ):
        people |= more
    return people


def _annotate(entity: dict[str, Any], about_somebody: bool) -> None:
    for field in entity["fields"]:
        if "to" in field:
            continue
        if field.get("personal") == NOBODY or not about_somebody:
            field.pop("personal", None)
            field["impersonal"] = {"en": "not about a person", "fr": "ne concerne personne"}
        else:
            field.setdefault("personal", "content")
    if about_somebody and not any("to" in field for field in entity["fields"]):
        entity["subject"] = "id"
