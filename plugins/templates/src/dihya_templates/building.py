"""From a structure to a plan: everything that it leaves unsaid is worked out here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dihya_hookspecs.i18n import Text

from .entities import purpose_of, subject_path
from .names import plural, spaced
from .plan import Entity, Field, Plan, Purpose, Rule
from .sample import sample_rows
from .wording import message

_LINK = {
    "en": "a link; it says nothing without the record behind it",
    "fr": "un lien, qui ne dit rien sans la fiche liée",
}


def planned(document: Mapping[str, Any]) -> Plan:
    """Return the plan for the complete structure of a plugin."""
    name, language = document["name"], document["language"]
    full = {role["name"]: f"{name}:{role['name']}" for role in document["roles"]}
    builder = _Builder(document, language, full)
    return Plan(
        name=name,
        title=document["title"],
        description=document["description"][language],
        language=language,
        structure=document,
        entities=tuple(builder.entities()),
        roles=tuple((full[role["name"]], said(role["title"])) for role in document["roles"]),
    )


def said(text: str | Mapping[str, str]) -> Text:
    """Return a text in both languages; one that is given once stands for both."""
    return Text(text, text) if isinstance(text, str) else Text(text["en"], text["fr"])


class _Builder:
    """Works out what the data leaves unsaid."""

    def __init__(self, data: Mapping[str, Any], language: str, roles: Mapping[str, str]) -> None:
        self.data, self.language, self.roles = data, language, roles
        self.raw = {entity["name"]: entity for entity in _ordered(data["entities"])}

    def entities(self) -> list[Entity]:
        built = {name: self._entity(entity) for name, entity in self.raw.items()}
        kept = self._kept(built)
        final = [self._final(entity, kept) for entity in built.values()]
        shown = {entity.name: entity for entity in sample_rows(final, self.raw, self.language)}
        return [replace(entity, rules=self._rules(entity, shown)) for entity in shown.values()]

    def _entity(self, raw: Mapping[str, Any]) -> Entity:
        many, fields = raw.get("plural") or plural(raw["name"]), raw["fields"]
        shown = [each["name"] for each in fields if each["type"] != "long_text"]
        texts = [each["name"] for each in fields if each["type"] in ("text", "email", "phone")]
        access = raw["access"]
        return Entity(
            name=raw["name"],
            plural=many,
            title=said(raw.get("title") or spaced(many).capitalize()),
            singular=said(raw.get("singular") or spaced(raw["name"]).capitalize()),
            purpose=self._purpose(raw) if any("personal" in each for each in fields) else None,
            subject=subject_path(raw, self.raw),
            erase=raw.get("erase", "delete"),
            kept=False,
            order=raw.get("order", "-created_at"),
            search=tuple(raw.get("search", texts[:4])),
            columns=tuple(raw.get("columns", shown[:5] or [fields[0]["name"]])),
            totals=tuple(raw.get("totals", ())),
            caption=raw.get("caption", ""),
            readers=tuple(self.roles.get(name, name) for name in access["read"]),
            writers=tuple(self.roles.get(name, name) for name in access["write"]),
            fields=tuple(self._field(each, raw) for each in fields),
        )

    def _field(self, raw: Mapping[str, Any], entity: Mapping[str, Any]) -> Field:
        label = raw.get("label") or spaced(raw["name"].removesuffix("_id")).capitalize()
        values = [
            (value["name"], said(value.get("title") or spaced(value["name"]).capitalize()))
            for value in raw.get("values", ())
        ]
        default = False if raw["type"] == "boolean" and "default" not in raw else raw.get("default")
        return Field(
            name=raw["name"],
            kind=raw["type"],
            label=said(label),
            required=raw.get("required", False),
            unique=raw.get("unique", False),
            least=raw.get("min"),
            most=raw.get("max"),
            default=None if default == "" else default,
            values=tuple(values),
            target=raw.get("to", ""),
            category=raw.get("personal", ""),
            why=self._why(raw),
            purpose=self._purpose(entity, raw) if "personal" in raw else None,
            pattern=raw.get("pattern", ""),
            help=said(raw["help"]) if raw.get("help") else None,
        )

    def _why(self, raw: Mapping[str, Any]) -> str:
        if "to" in raw:
            return _LINK[self.language]
        why = raw.get("impersonal", "")
        return why if isinstance(why, str) else str(why[self.language])

    def _purpose(self, entity: Mapping[str, Any], field: Mapping[str, Any] | None = None) -> Purpose:
        name = (field or {}).get("purpose") or purpose_of(entity, self.raw, self.data["purposes"])
        purpose = self.data["purposes"][name]
        law = {key: str(purpose[key]) for key in ("article9", "source", "confidence") if key in purpose}
        return Purpose(name, said(purpose["title"]), purpose["basis"], purpose["retention"], law)

    def _kept(self, built: Mapping[str, Entity]) -> set[str]:
        """Names of entities whose rows outlive an erasure: anonymised, retained by law, or referred to by such."""
        kept = {
            name
            for name, entity in built.items()
            if entity.erase == "anonymise" or any(_lawful(each) for each in entity.fields)
        }
        for name in reversed(list(built)):  # who refers comes after whom it refers to
            if name in kept:
                kept |= {each.target for each in built[name].references}
        return kept

    def _final(self, entity: Entity, kept: set[str]) -> Entity:
        if entity.name not in kept:
            return entity
        fields = [replace(each, emptied=bool(each.category) and not _lawful(each)) for each in entity.fields]
        return replace(entity, kept=True, fields=tuple(fields))

    def _rules(self, entity: Entity, built: Mapping[str, Entity]) -> tuple[Rule, ...]:
        rules = []
        for data in self.raw[entity.name].get("rules", ()):
            over = data.get("over") or (data["field"] if data["rule"] == "refers_to" else "")
            target = built[entity.get(over).target] if over else None
            rules.append(Rule(data["rule"], data, message(data, entity, target), target))
        return tuple(rules)


def _lawful(field: Field) -> bool:
    return field.purpose is not None and field.purpose.basis == "legal_obligation"


def _ordered(entities: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the entities so that each comes after those that it refers to, otherwise as they were."""
    left, done = list(entities), []
    while left:
        names = {entity["name"] for entity in left}
        ready = next(e for e in left if not any(each.get("to") in names for each in e["fields"]))
        left.remove(ready)
        done.append(ready)
    return done
