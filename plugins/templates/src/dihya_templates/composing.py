"""Tables composed of blocks: for a whole sector, or beside the tables of a template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dihya_hookspecs.generation import Block
from dihya_hookspecs.rgpd import is_special

from .blocks import PERSON, own_purposes, targets_of
from .choice import pruned
from .names import plural

LEAD = "lead"
AUDITOR = "auditeur"
ANYBODY = ("contact", "member")
"""The blocks that stand for a person where nothing says who that is, the most wanted first."""
_OF_BLOCK = ("words", "maybe", "purpose", "start", "access")


class Composer:
    """Resolves references by role, purposes and access of blocks among the tables that are there.

    Args:
        blocks: every block by name.
        roles: the roles of the sector or template, each with what it ``does``.
    """

    def __init__(self, blocks: Mapping[str, Block], roles: Sequence[Mapping[str, Any]]) -> None:
        self.blocks, self.roles = blocks, roles
        self.purposes: dict[str, Mapping[str, Any]] = {}

    def closed(self, names: Iterable[str], present: Mapping[str, str] | None = None) -> list[str]:
        """Return the blocks *names* with those that they cannot do without, each once, in the order in which they are needed.

        Args:
            present: block → table of what is there already.
        """
        found: list[str] = []
        there = dict(present or {})
        wanted = list(dict.fromkeys(names))
        people = [name for name in wanted if self._is_person(name)]

        def take(name: str) -> None:
            if name in there or name in found:
                return
            found.append(name)
            for field in self.blocks[name].data["fields"]:
                if not (field.get("required") and field["type"] == "reference"):
                    continue
                known = [*people, *there, *wanted, *found]
                if self._target(field, name, known) is None:
                    take(next(each for each in (*targets_of(field), *ANYBODY) if each in self.blocks))

        for name in wanted:
            take(name)
        return found

    def table(self, name: str, tables: Mapping[str, str]) -> dict[str, Any]:
        """Return the table of a block.

        Args:
            tables: block → name of its table, of everything that is there, in the order in which people are preferred.
        """
        data = self.blocks[name].data
        fields = [self._field(field, name, tables) for field in data["fields"]]
        gone = {field["name"] for field, kept in zip(data["fields"], fields, strict=True) if kept is None}
        table = {key: value for key, value in data.items() if key not in _OF_BLOCK}
        table["name"] = tables.get(name, name)
        table["fields"] = [field for field in fields if field is not None]
        table["access"] = self._access(data)
        if "purpose" in data:
            table["purpose"] = self._purpose(data)
        return pruned(table, gone)

    def _target(self, field: Mapping[str, Any], name: str, known: Iterable[str]) -> str | None:
        known = list(known)
        for wanted in targets_of(field):
            if wanted == PERSON:
                found = next((each for each in known if each != name and self._is_person(each)), None)
                if found is not None:
                    return found
            elif wanted in known and wanted != name:
                return wanted
        return None

    def _field(self, field: Mapping[str, Any], name: str, tables: Mapping[str, str]) -> dict[str, Any] | None:
        if field["type"] != "reference":
            return dict(field)
        target = self._target(field, name, tables)
        return None if target is None else {**field, "to": tables[target]}

    def _is_person(self, name: str) -> bool:
        block = self.blocks.get(name)
        return block is not None and block.data.get("subject") == "id"

    def _access(self, data: Mapping[str, Any]) -> dict[str, list[str]]:
        write = self._holders(data["access"]["write"])
        read = [*dict.fromkeys([*self._holders([*data["access"]["read"], *data["access"]["write"]]), *write])]
        special = any(is_special(field.get("personal", "")) for field in data["fields"])
        return {"read": read if special else [*read, AUDITOR], "write": write}

    def _holders(self, functions: Sequence[str]) -> list[str]:
        wanted = {LEAD, *functions}
        return [role["name"] for role in self.roles if wanted.intersection(role.get("does", (LEAD,)))]

    def _purpose(self, data: Mapping[str, Any]) -> str:
        purpose = own_purposes()[data["purpose"]]
        whole = {**purpose, "retention": purpose["retention"].replace("{start}", data.get("start", "created_at"))}
        name = data["purpose"]
        if self.purposes.setdefault(name, whole) != whole:
            name = f"{name}_{data.get('start', 'created_at')}"[:40]
            self.purposes[name] = whole
        return str(name)


def sector_data(sector: Mapping[str, Any], blocks: Mapping[str, Block]) -> dict[str, Any]:
    """Return the template that a sector describes: its usual tables, each with a switch of its own."""
    composer = Composer(blocks, sector["roles"])
    said = [{"block": each} if isinstance(each, str) else dict(each) for each in sector["tables"]]
    own = {each["block"]: each for each in said}
    names = composer.closed(own)
    tables = {name: name for name in [*own, *names]}
    made = {name: composer.table(name, tables) | own.get(name, {}).get("as", {}) for name in names}
    needed = {name: _needed(name, made) for name in names}
    usual = {each for name in names if own.get(name, {}).get("usual", True) for each in needed[name]}
    options = {
        _switch(made[name]): _option(made[name], name in usual, [made[each] for each in needed[name][1:]])
        for name in names
    }
    for name in names:
        made[name]["when"] = {_switch(made[each]): True for each in needed[name]}
        for field in made[name]["fields"]:
            if field["type"] == "reference" and not field.get("required"):
                field["when"] = {_switch(made[each]): True for each in needed[field["to"]]}
    kept = ("name", "version", "title", "description", "suggested_name", "only_named", "words", "names", "examples")
    return {
        **{key: sector[key] for key in kept if key in sector},
        "composed": True,
        "roles": sector["roles"],
        "options": {**options, **sector.get("options", {})},
        "purposes": composer.purposes,
        "entities": [made[name] for name in names],
    }


def additions(names: Iterable[str], data: Mapping[str, Any], blocks: Mapping[str, Block]) -> list[dict[str, Any]]:
    """Return the tables of blocks beside those of a template; each brings the purpose that it names along.

    Args:
        data: the template, its options decided.
    """
    there = {str(entity.get("block", entity["name"])): entity["name"] for entity in data["entities"]}
    composer = Composer(blocks, data["roles"])
    composer.purposes.update(data["purposes"])  # one of the same name that counts from another date gets another name
    wanted = composer.closed([name for name in names if name not in there], there)
    tables = {**there, **{name: name for name in wanted}}
    found = []
    for name in wanted:
        table = composer.table(name, tables)
        purpose = table.get("purpose", "")
        brought = {purpose: composer.purposes[purpose]} if purpose and purpose not in data["purposes"] else {}
        found.append({**table, "block": name, **({"purposes": brought} if brought else {})})
    return found


def _needed(name: str, made: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return a table and those without which it cannot be, however far they are."""
    found = [name]
    for each in found:
        found += [
            field["to"]
            for field in made[each]["fields"]
            if field["type"] == "reference" and field.get("required") and field["to"] not in found
        ]
    return found


def _switch(table: Mapping[str, Any]) -> str:
    return str(table.get("plural") or plural(table["name"]))


def _option(table: Mapping[str, Any], usual: bool, needed: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    title = table["title"]
    others = {language: ", ".join(each["title"][language].lower() for each in needed) for language in ("en", "fr")}
    return {
        "type": "boolean",
        "default": usual,
        "x-title": title,
        "x-help": {
            "en": f"A table of its own, which brings along: {others['en']}." if needed else "A table of its own.",
            "fr": f"Une table à part, qui entraîne : {others['fr']}." if needed else "Une table à part.",
        },
    }
