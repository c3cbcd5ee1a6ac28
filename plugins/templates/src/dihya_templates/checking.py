"""A structure from outside: checked, and completed by what it leaves unsaid."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.generation import Needs
from dihya_hookspecs.i18n import gettext as _

from .completion import cleaned, name_flaws, refusal
from .entities import SHARED, entity_flaws, subject_path
from .entity_rules import values_of
from .schema import flaws, structure_schema, worded
from .structure import settled

LARGEST = 2_000_000
"""Bytes of a structure as JSON."""
MOST_FLAWS = 100
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def completed_structure(needs: Needs, taken: Mapping[str, str]) -> Needs:
    """Return needs whose structure is whole and sound. Raises Invalid with one flaw for each mistake, pointers into the document.

    Args:
        taken: names that a new plugin cannot have, and what bears each.
    """
    said = checked({**needs.structure, **_decided(needs)})
    if needs.changes and said["name"] != needs.changes:
        stays = _("%(old)r is installed under that name; it stays", old=needs.changes)
        raise Invalid(stays, flaws=[Flaw("/name", stays, "taken")])
    if found := name_flaws(said["name"], {name: owner for name, owner in taken.items() if name != needs.changes}):
        raise refusal(found)
    return replace(
        needs, template=said["template"].get("name", ""), name=said["name"], title=said["title"], language=said["language"],
        options={}, entities=(), structure=said,
    )  # fmt: skip


def checked(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a sound structure with all that it left unsaid. Raises Invalid with one flaw for each mistake."""
    tidy = _tidied(document)
    found = flaws(tidy, structure_schema(), word=worded) or _named_twice(tidy)
    if not found:
        tidy = settled(tidy)
        found = _examined(tidy)
    if found:
        raise refusal(found[:MOST_FLAWS])
    return tidy


def _decided(needs: Needs) -> dict[str, Any]:
    return {key: value for key, value in (("name", needs.name), ("title", needs.title)) if value}


def _tidied(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with texts on one line. Raises Invalid for one that is too large, or no plain data."""
    try:
        size = len(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
        if size <= LARGEST:
            return {str(key): value for key, value in cleaned(document).items()}
    except RecursionError:
        raise refusal([Flaw("", _("the document is nested too deeply"))]) from None
    except (TypeError, ValueError):
        raise refusal([Flaw("", _("the document is no plain JSON data"))]) from None
    said = _("the document has %(size)s bytes; at most %(limit)s", size=size, limit=LARGEST)
    raise Invalid(said, code="size", flaws=[Flaw("", said, "size")])


def _named_twice(document: Mapping[str, Any]) -> list[Flaw]:
    """Return what makes two tables or two roles one."""
    found: list[Flaw] = []
    for key in ("entities", "roles"):
        names = [each["name"] for each in document.get(key, ())]
        for number, name in enumerate(names):
            if name in names[:number]:
                found.append(
                    Flaw(f"/{key}/{number}/name", _("%(name)r is there already; choose another name", name=name))
                )
    return found


def _examined(document: Mapping[str, Any]) -> list[Flaw]:
    roles = [
        Flaw(
            f"/roles/{number}/name",
            _("role %(name)r is shared by all plugins; name it only in 'access'", name=role["name"]),
        )
        for number, role in enumerate(document["roles"])
        if role["name"] in SHARED
    ]
    found = [*roles, *entity_flaws(document)]
    return found or [*_subject_flaws(document), *_sample_flaws(document)]


def _subject_flaws(document: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield paths to a person that lead to nobody."""
    entities = {entity["name"]: entity for entity in document["entities"]}
    for number, entity in enumerate(document["entities"]):
        if entity.get("subject", "id") == "id":
            continue
        found: Mapping[str, Any] | None = entity
        for step in entity["subject"].split("."):
            if step == "id" or found is None:
                break
            field = next((each for each in found["fields"] if each["name"] == step), {})
            found = entities.get(field.get("to", ""))
        if found is None or subject_path(found, entities) != "id":
            said = _("subject %(path)r does not lead to a table whose subject is 'id'", path=entity["subject"])
            yield Flaw(f"/entities/{number}/subject", said)


def _sample_flaws(document: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield values of sample records that no form would take."""
    samples = {entity["name"]: entity.get("sample", {}) for entity in document["entities"]}
    for number, entity in enumerate(document["entities"]):
        fields = {field["name"]: field for field in entity["fields"]}
        for key, row in entity.get("sample", {}).items():
            for name, value in row.items():
                where = f"/entities/{number}/sample/{key}/{name}"
                if name not in fields:
                    yield Flaw(where, _("no field %(name)r in %(table)r", name=name, table=entity["name"]))
                elif wrong := sample_flaw(fields[name], value, samples):
                    yield Flaw(where, wrong)


def sample_flaw(field: Mapping[str, Any], value: Any, samples: Mapping[str, Mapping[str, Any]]) -> str:
    """Return why a value cannot stand in a sample record; "" for one that can."""
    kind = field["type"]
    if kind == "reference":
        known = samples.get(field["to"], {}) or {f"{field['to']}_{n}": {} for n in (1, 2)}
        fits = isinstance(value, str) and value in known
    elif kind == "enum":
        fits = isinstance(value, str) and value in values_of(field)
    elif kind == "boolean":
        fits = isinstance(value, bool)
    elif kind == "integer":
        fits = isinstance(value, int) and not isinstance(value, bool)
    elif kind in ("decimal", "money", "percentage"):
        fits = _is_number(value)
    elif kind in ("date", "datetime"):
        fits = isinstance(value, str) and _DATE.match(value) is not None
    else:
        texts = list(value.values()) if isinstance(value, Mapping) and set(value) == {"en", "fr"} else [value]
        fits = all(isinstance(text, str) for text in texts)
    return "" if fits else _("%(value)r is no value of a field of type %(kind)r", value=str(value)[:60], kind=kind)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    return re.fullmatch(r"-?\d{1,15}(\.\d{1,2})?", str(value)) is not None
