"""What must hold between the parts of a template's entities: names, references, people, rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dihya_hookspecs import Flaw
from dihya_hookspecs.access import SHARED_ROLES
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.rgpd import Retention, is_special

from .entity_rules import NUMBERS, Entity, rule_flaws, value_flaws
from .names import CLASSES, FIELDS, camel, plural

SHARED = frozenset(role.name for role in SHARED_ROLES)
SEARCHED = ("text", "long_text", "email", "phone", "url", "iban", "sequence")


def entity_flaws(data: Mapping[str, Any], extra: Sequence[Entity] = ()) -> list[Flaw]:
    """Return what is wrong between the entities of a template, with *extra* ones and extra fields merged into it.

    Pointers start with ``/entities/<number>``: of the extra entities when there are some, otherwise of the template's.
    """
    return list(_Examination(data, extra).flaws())


def merged(entities: Sequence[Entity], extra: Sequence[Entity]) -> list[dict[str, Any]]:
    """Return the entities with extra fields and rules added to those of the same name, and new ones at the end."""
    result = {entity["name"]: dict(entity) for entity in entities}
    for entity in extra:
        known = result.get(entity["name"])
        if known is None:
            result[entity["name"]] = dict(entity)
            continue
        known["fields"] = [*known["fields"], *entity["fields"]]
        if "access" in entity:
            known["access"] = entity["access"]
        rules = list(known.get("rules", ()))
        known["rules"] = rules + [rule for rule in entity.get("rules", ()) if rule not in rules]
    return list(result.values())


def subject_path(entity: Entity, entities: Mapping[str, Entity], looked: set[str] | None = None) -> str | None:
    """Return the path of references from a record to the person it is about, or None when it leads to nobody.

    Args:
        looked: names of entities that were looked at already; each is looked at once.
    """
    if "subject" in entity:
        return str(entity["subject"])
    looked = set() if looked is None else looked
    looked.add(entity["name"])
    for field in entity["fields"]:
        target = entities.get(field.get("to", ""))
        if target is None or target["name"] in looked:
            continue
        beyond = subject_path(target, entities, looked)
        if beyond is not None:
            return field["name"] if beyond == "id" else f"{field['name']}.{beyond}"
    return None


def purpose_of(entity: Entity, entities: Mapping[str, Entity], purposes: Mapping[str, Any]) -> str:
    """Return the purpose of an entity's personal fields; one that says nothing gets the one that fits it best.

    Health data serves the purpose of the health data that is there already; other data a purpose that can count its
    retention from the columns of the entity, rather one that does not outlive an erasure.
    """
    if "purpose" in entity:
        return str(entity["purpose"])
    names = {"created_at"} | {field["name"] for field in entity["fields"]}
    fitting = [name for name, each in purposes.items() if names.issuperset(starts_of(each["retention"]))]
    if any(is_special(field.get("personal", "")) for field in entity["fields"]):
        fitting = [name for name in fitting if purposes[name].get("article9")] or fitting
    if holds_health(entity):
        for other in entities.values():
            if holds_health(other) and other.get("purpose") in fitting:
                return str(other["purpose"])
    light = [name for name in fitting if purposes[name]["basis"] != "legal_obligation"]
    return next(iter(light or fitting or purposes), "")


def caption_fields(entity: Entity) -> list[str]:
    """Return the fields that an entity's caption names."""
    return re.findall(r"\{(\w+)\}", entity.get("caption", ""))


def holds_health(entity: Entity) -> bool:
    """True when a field of the entity is about somebody's health."""
    return any(field.get("personal", "").startswith("health") for field in entity["fields"])


class _Examination:
    """One look at the entities, remembering what they are called."""

    def __init__(self, data: Mapping[str, Any], extra: Sequence[Entity]) -> None:
        self.data = data
        self.base = {entity["name"] for entity in data["entities"]} if extra else set()
        self.given = extra or data["entities"]
        self.entities = {entity["name"]: entity for entity in merged(data["entities"], extra)}
        self.options = set(data.get("options", ()))
        self.classes: dict[str, str] = {}
        self.sound: set[str] = set()

    def flaws(self) -> Iterator[Flaw]:
        names: dict[str, str] = {}
        for entity in self.entities.values():
            if entity["name"] in self.base:
                names |= {entity["name"]: "", entity.get("plural") or plural(entity["name"]): ""}
        seen: set[str] = set()
        for number, entity in enumerate(self.given):
            pointer = f"/entities/{number}"
            if entity["name"] in seen:
                said = _("table %(name)r is given twice; put all of its fields into one", name=entity["name"])
                yield Flaw(f"{pointer}/name", said)
                continue
            seen.add(entity["name"])
            if entity["name"] in self.base:
                yield from self._extension(entity, pointer)
            else:
                yield from self._names(entity, pointer, names)
                yield from self._whole(entity, pointer)
            yield from self._fields(entity, pointer)
            yield from rule_flaws(entity, self.entities, pointer)

    def _extension(self, entity: Entity, pointer: str) -> Iterator[Flaw]:
        for key in sorted(set(entity) - {"name", "fields", "rules", "origin", "access", "roles"}):
            said = _(
                "table %(name)r is the template's; only fields, rules and who may see it can be given",
                name=entity["name"],
            )
            yield Flaw(f"{pointer}/{key}", said)
        yield from self._holders(entity, pointer)

    def _names(self, entity: Entity, pointer: str, names: dict[str, str]) -> Iterator[Flaw]:
        many = entity.get("plural") or plural(entity["name"])
        for key, name in (("name", entity["name"]), ("plural", many)):
            if name in names:
                yield Flaw(f"{pointer}/{key}", _("%(name)r is already the name of a table; choose another", name=name))
            elif camel(name) in CLASSES:
                said = _("%(name)r means something else in generated code; choose another", name=name)
                yield Flaw(f"{pointer}/{key}", said)
            names[name] = pointer
        if self.classes.setdefault(camel(entity["name"]), pointer) != pointer:
            said = _("%(name)r is already the name of a table; choose another", name=entity["name"])
            yield Flaw(f"{pointer}/name", said)

    def _whole(self, entity: Entity, pointer: str) -> Iterator[Flaw]:
        if not entity["fields"]:
            yield Flaw(f"{pointer}/fields", _("table %(name)r has no field; give it one at least", name=entity["name"]))
        fields = {field["name"] for field in entity["fields"]}
        known = fields | {"created_at", "changed_at"}
        for name in caption_fields(entity):
            if name not in known:
                said = _(
                    "the caption names %(field)r, which is no field of %(table)r", field=name, table=entity["name"]
                )
                yield Flaw(f"{pointer}/caption", said)
        for key in ("columns", "search", "totals"):
            for number, name in enumerate(entity.get(key, ())):
                if name not in known:
                    yield Flaw(f"{pointer}/{key}/{number}", _("no field %(name)r", name=name))
        numbers = {field["name"] for field in entity["fields"] if field["type"] in NUMBERS}
        for number, name in enumerate(entity.get("totals", ())):
            if name in known and name not in numbers:
                said = _("%(name)r is no number; total amounts and quantities", name=name)
                yield Flaw(f"{pointer}/totals/{number}", said)
        found = {field["name"] for field in entity["fields"] if field["type"] in SEARCHED}
        for number, name in enumerate(entity.get("search", ())):
            if name in fields - found:
                said = _("%(name)r is no text; search in texts and numbers that are given", name=name)
                yield Flaw(f"{pointer}/search/{number}", said)
        if entity.get("order", "created_at").lstrip("-") not in known:
            yield Flaw(f"{pointer}/order", _("no field %(name)r", name=entity["order"].lstrip("-")))
        yield from self._holders(entity, pointer)
        if (cycle := self._cycle(entity["name"])) is not None:
            yield Flaw(pointer, _("references run in a circle: %(circle)s", circle=cycle))
        for key in entity.get("when", ()):
            if key not in self.options:
                yield Flaw(f"{pointer}/when/{key}", _("no option %(name)r", name=key))

    def _holders(self, entity: Entity, pointer: str) -> Iterator[Flaw]:
        roles = {role["name"] for role in self.data["roles"]} | SHARED
        for key, holders in entity.get("access", {}).items():
            for number, name in enumerate(holders):
                if name not in roles:
                    said = _("no role %(name)r; one of %(known)s", name=name, known=", ".join(sorted(roles)))
                    yield Flaw(f"{pointer}/access/{key}/{number}", said)

    def _cycle(self, name: str, path: tuple[str, ...] = ()) -> str | None:
        if name in path:
            return " → ".join((*path[path.index(name) :], name))
        if name in self.sound:
            return None
        for field in self.entities[name]["fields"]:
            if field.get("to") in self.entities and (found := self._cycle(field["to"], (*path, name))):
                return found
        self.sound.add(name)
        return None

    def _fields(self, entity: Entity, pointer: str) -> Iterator[Flaw]:
        whole = self.entities[entity["name"]]
        names = [field["name"] for field in whole["fields"]]
        for number, field in enumerate(entity["fields"]):
            where = f"{pointer}/fields/{number}"
            if names.count(field["name"]) > 1:
                said = _("field %(name)r is there already; choose another name", name=field["name"])
                yield Flaw(f"{where}/name", said)
            elif field["name"] in FIELDS or field["name"].startswith("model_"):
                said = _("%(name)r means something else in a record; choose another name", name=field["name"])
                yield Flaw(f"{where}/name", said)
            yield from self._field(whole, field, where)
        yield from self._led(whole, entity, pointer)

    def _field(self, entity: Entity, field: Mapping[str, Any], where: str) -> Iterator[Flaw]:
        if "to" in field and field["to"] not in self.entities:
            known = ", ".join(sorted(self.entities))
            yield Flaw(f"{where}/to", _("no table %(name)r; one of %(known)s", name=field["to"], known=known))
        for key in field.get("when", ()):
            if key not in self.options:
                yield Flaw(f"{where}/when/{key}", _("no option %(name)r", name=key))
        for key in ("min", "max", "default"):
            value = field.get(key)
            if isinstance(value, Mapping) and value["option"] not in self.options:
                yield Flaw(f"{where}/{key}/option", _("no option %(name)r", name=value["option"]))
        least, most = field.get("min"), field.get("max")
        if isinstance(least, int) and isinstance(most, int) and least > most:
            yield Flaw(f"{where}/min", _("%(least)s is more than the maximum %(most)s", least=least, most=most))
        yield from value_flaws(field, where)
        if "personal" in field:
            yield from self._person(entity, field, where)

    def _person(self, entity: Entity, field: Mapping[str, Any], where: str) -> Iterator[Flaw]:
        purposes = self.data["purposes"]
        purpose = field.get("purpose") or purpose_of(entity, self.entities, purposes)
        if purpose not in purposes:
            said = _("no purpose %(name)r; one of %(known)s", name=purpose, known=", ".join(purposes))
            yield Flaw(f"{where}/purpose", said)
            return
        dates = [other["name"] for other in entity["fields"] if other["type"] in ("date", "datetime")]
        for after in starts_of(purposes[purpose]["retention"]):
            if after not in dates:
                said = _(
                    "purpose %(purpose)r counts from %(field)r, which is no date of %(table)r",
                    purpose=purpose, field=after, table=entity["name"],
                )  # fmt: skip
                yield Flaw(f"{where}/purpose", said)
        if is_special(field["personal"]) and not purposes[purpose].get("article9"):
            said = _(
                "%(category)r is of a special category, and purpose %(purpose)r names no condition of article 9 that allows it; "
                "give it 'article9'",
                category=field["personal"], purpose=purpose,
            )  # fmt: skip
            yield Flaw(f"{where}/personal", said)

    def _led(self, whole: Entity, given: Entity, pointer: str) -> Iterator[Flaw]:
        """Yield the one mistake of a table that says something about people and leads to nobody."""
        number = next((number for number, field in enumerate(given["fields"]) if "personal" in field), None)
        if number is None:
            return
        where = f"{pointer}/fields/{number}/personal"
        path = subject_path(whole, self.entities)
        if path is None:
            said = _("no reference leads from here to a person; add one, or set 'subject' to 'id'")
            yield Flaw(where, said)
        elif not self._leads_to_person(whole, path):
            said = _("subject %(path)r does not lead to a table whose subject is 'id'", path=path)
            yield Flaw(f"{pointer}/subject" if "subject" in given else where, said)

    def _leads_to_person(self, entity: Entity, path: str) -> bool:
        for step in path.split("."):
            if step == "id":
                return entity.get("subject") == "id"
            reference = next((field for field in entity["fields"] if field["name"] == step and "to" in field), None)
            if reference is None or reference["to"] not in self.entities:
                return False
            entity = self.entities[reference["to"]]
        return entity.get("subject") == "id"


def starts_of(retention: str | Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns from whose dates a retention counts; none when it counts from the creation."""
    if isinstance(retention, Mapping):
        own = (retention["after"],) if "after" in retention else ()
        return (*own, *(starts_of(retention["and"]) if "and" in retention else ()))
    return Retention.parse(retention).starts
