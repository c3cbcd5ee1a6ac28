"""The structure of a plugin: one document that says the whole of what will be built, without options."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from dihya_hookspecs.generation import Needs, Template

from .choice import chosen, with_brought
from .composing import AUDITOR
from .entities import holds_health, merged, purpose_of
from .schema import FORMAT

_KEYS = ("format", "name", "title", "description", "language", "template", "roles", "purposes", "entities")


def structure_of(needs: Needs, template: Template) -> dict[str, Any]:
    """Return the document that completed needs amount to: options decided, additions merged, nothing left to a default table."""
    data = with_brought(template.data, needs.entities)
    base = chosen(data, needs.options)
    extra = chosen({**data, "entities": needs.entities}, needs.options)["entities"]
    reasons = data.get("reasons", {})
    entities = [_whole(entity, reasons) for entity in merged(base["entities"], extra)]
    return settled(
        {
            "name": needs.name,
            "title": needs.title,
            "description": base["description"],
            "language": needs.language,
            "template": {"name": template.name, "version": template.version},
            "roles": base["roles"],
            "purposes": base["purposes"],
            "entities": entities,
        }
    )


def settled(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document in which each table says who may see it, and each table about people for which purpose.

    What a document leaves unsaid is decided once, here; from then on it stands in the document and can be edited.
    """
    entities = {entity["name"]: entity for entity in document["entities"]}
    roles, purposes = list(document.get("roles", ())), dict(document.get("purposes", {}))
    found = [_settled(entity, entities, roles, purposes) for entity in entities.values()]
    whole = {
        **document,
        "format": FORMAT,
        "description": document.get("description") or dict.fromkeys(("en", "fr"), document["title"]),
        "template": document.get("template", {}),
        "roles": roles,
        "purposes": purposes,
        "entities": found,
    }
    return {key: whole[key] for key in _KEYS}


def kept(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document as a plugin carries it: what things were called before is of the past."""
    return _without_was(document)


def text_of(document: Mapping[str, Any]) -> str:
    """Return the document as the text in which it is kept: the same document gives the same bytes."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def digest_of(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document."""
    return hashlib.sha256(text_of(document).encode()).hexdigest()


def _whole(entity: Mapping[str, Any], reasons: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table with its reasons in words, and without what only templates say."""
    fields = [
        {**field, "impersonal": reasons[field["impersonal"]]} if _named(field, reasons) else dict(field)
        for field in entity["fields"]
    ]
    said = {key: value for key, value in entity.items() if key not in ("purposes", "when")}
    for key in ("rules", "columns", "totals", "sample"):
        if not said.get(key, True):
            del said[key]
    return said | {"fields": fields}


def _named(field: Mapping[str, Any], reasons: Mapping[str, Any]) -> bool:
    return isinstance(field.get("impersonal"), str) and field["impersonal"] in reasons


def _settled(
    entity: Mapping[str, Any],
    entities: Mapping[str, Mapping[str, Any]],
    roles: Sequence[Mapping[str, Any]],
    purposes: Mapping[str, Any],
) -> dict[str, Any]:
    said = dict(entity)
    if "access" not in said:
        said["access"] = access_of(entity, entities, roles)
    if "purpose" not in said and purposes and any("personal" in field for field in entity["fields"]):
        said["purpose"] = purpose_of(entity, entities, purposes)
    fields = said.pop("fields")
    return {**said, "fields": fields}


def access_of(
    entity: Mapping[str, Any], entities: Mapping[str, Mapping[str, Any]], roles: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return who sees and changes a table that does not say so: those of the tables whose data resembles its own."""
    others = [each for each in entities.values() if "access" in each]
    if not others:
        names = [role["name"] for role in roles]
        return {"read": [*names, AUDITOR] if not holds_health(entity) else names, "write": names}
    if holds_health(entity):
        others = [each for each in others if holds_health(each)] or others
        return dict(min(others, key=lambda each: len(each["access"]["read"]))["access"])
    targets = [entities[each["to"]] for each in entity["fields"] if each.get("to") in entities]
    return dict(next((target["access"] for target in targets if "access" in target), others[0]["access"]))


def _without_was(part: Any) -> Any:
    if isinstance(part, Mapping):
        return {key: _without_was(value) if key != "sample" else value for key, value in part.items() if key != "was"}
    return [_without_was(each) for each in part] if isinstance(part, list | tuple) else part
