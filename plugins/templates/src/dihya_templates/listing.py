"""Fragments of Python that speak of several fields or entities at once: imports, keys, constraints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.rgpd import Retention
from dihya_hookspecs.rules import unique_name

from .code import DECIMALS, TYPES, pair
from .plan import Entity, Plan, Purpose
from .quoting import WIDTH, Node, fit, python

_BASES = {
    "consent": Text("consent", "consentement"),
    "contract": Text("contract", "contrat"),
    "legal_obligation": Text("legal obligation", "obligation légale"),
    "vital_interests": Text("vital interests", "intérêts vitaux"),
    "public_interest": Text("public interest", "mission d'intérêt public"),
    "legitimate_interest": Text("legitimate interest", "intérêt légitime"),
}


def standard_imports(plan: Plan) -> list[str]:
    """Return the lines that the models need of Python's own library."""
    moments = [name for name in ("date", "datetime") if name in plan.kinds]
    return [
        *(["import uuid"] if "reference" in plan.kinds else []),
        *([f"from datetime import {', '.join(moments)}"] if moments else []),
        *(["from decimal import Decimal"] if plan.kinds.intersection(DECIMALS) else []),
    ]


def data_names(plan: Plan) -> list[str]:
    """Return what the models import from the contract."""
    fields = [each for entity in plan.entities for each in entity.fields]
    names = ["impersonal"] if any(not each.category for each in fields) else []
    return ["Record", *names, *(["personal"] if any(each.category for each in fields) else [])]


def field_types(plan: Plan) -> list[str]:
    """Return the types of fields that the models use."""
    return [TYPES[kind] for kind in plan.kinds]


def rule_names(plan: Plan) -> list[str]:
    """Return the kinds of rules that the models declare."""
    return sorted(plan.rule_kinds - {"states"})


def resource_items(entity: Entity) -> list[Node]:
    """Return what a table says as a resource."""
    caption = [f"caption={python(entity.caption)}"] if entity.caption else []
    order = [f"order={python(entity.order)}"] if entity.order != "-created_at" else []
    roles = [
        (f"{right}=(", [python(name) for name in holders], ",)" if len(holders) == 1 else ")")
        for right, holders in (("read", entity.readers), ("write", entity.writers))
    ]
    return [f"title={pair(entity.title)}", f"singular={pair(entity.singular)}", *roles, *caption, *order]


def class_keywords(entity: Entity) -> list[Node]:
    """Return the base and the keywords of a model's class statement."""
    if entity.purpose is None:
        return ["Record"]
    purpose = entity.purpose
    given: list[Node] = [
        f"subject={python(entity.subject)}",
        ("purpose=(", [python(purpose.title.en), python(purpose.title.fr)], ")"),
        f"basis={python(purpose.basis)}",
        f"retention={python(purpose.retention)}",
        *(f"{name}={python(value)}" for name, value in purpose.law.items()),
    ]
    return ["Record", *given, *(['erase="anonymise"'] if entity.erase == "anonymise" else [])]


def unique_keys(entity: Entity) -> list[tuple[str, ...]]:
    """Return the columns of each unique constraint over several."""
    return [tuple(rule.data["fields"]) for rule in entity.rules if rule.kind == "unique_together"]


def constraints(plan: Plan, entity: Entity) -> Iterator[str]:
    """Yield the constraints of ``op.create_table``, named as the contract names them."""
    table = f"{plan.name}_{entity.plural}"
    for field in entity.references:
        target = f"{plan.name}_{plan.entity(field.target).plural}"
        items = [f'["{field.name}"]', f'["{target}.id"]', f'name=op.f("fk_{table}_{field.name}_{target}")']
        yield fit("        sa.ForeignKeyConstraint(", items, "),")
    yield f'        sa.PrimaryKeyConstraint("id", name=op.f("pk_{table}")),'
    for key in [(each.name,) for each in entity.fields if each.unique or each.given] + unique_keys(entity):
        items = [*(python(name) for name in key), f'name=op.f("{unique_name(table, key)}")']
        yield fit("        sa.UniqueConstraint(", items, "),")


def purposes(plan: Plan) -> list[tuple[Entity, Purpose, list[str]]]:
    """Return entity, purpose and data categories for each purpose that an entity serves."""
    found: dict[tuple[str, str], tuple[Entity, Purpose, list[str]]] = {}
    for entity in plan.entities:
        for field in entity.personal:
            if field.purpose is None:
                continue
            row = found.setdefault((entity.name, field.purpose.name), (entity, field.purpose, []))
            if field.category not in row[2]:
                row[2].append(field.category)
    return list(found.values())


def basis_of(purpose: Purpose, plan: Plan) -> str:
    """Return the legal basis in the words of the README."""
    return plan.say(_BASES[purpose.basis])


def retention_of(purpose: Purpose, plan: Plan) -> str:
    """Return how long data is kept, in the words of the README."""
    kept = Retention.parse(purpose.retention)
    said = plan.say(kept.words)
    for column in kept.starts:
        said = said.replace(column, f"`{column}`")
    return said


def fate(entity: Entity, purpose: Purpose, plan: Plan) -> str:
    """Return what erasure does to the data, in the language of the project."""
    if purpose.basis == "legal_obligation":
        return plan.say(Text("retained until its end", "conservées jusqu'à leur terme"))
    if entity.erase == "anonymise":
        return plan.say(Text("emptied", "vidées"))
    if entity.kept:
        return plan.say(Text("deleted, or emptied if referred to", "supprimées, ou vidées si une fiche y renvoie"))
    return plan.say(Text("deleted", "supprimées"))


def text_of(text: Text) -> str:
    """Return a bilingual text as Python writes it."""
    return f"Text({python(text.en)}, {python(text.fr)})"


def bilingual(text: Text) -> str:
    """Return the English words, with the French ones beside them where they differ."""
    return text.en if text.en == text.fr else f"{text.en} (« {text.fr} »)"


def collection(head: str, items: Sequence[str], tail: str) -> str:
    """Return a tuple or a dictionary, broken with one item a line where it is too long for one."""
    comma = "," if len(items) == 1 and tail == ")" else ""
    line = f"{head}{', '.join(items)}{comma}{tail}"
    if len(line) <= WIDTH:
        return line
    indent = " " * (len(head) - len(head.lstrip()))
    return "\n".join([head, *(f"{indent}    {item}," for item in items), f"{indent}{tail}"])


def row(name: str, holders: Sequence[str]) -> str:
    """Return one entry of a dictionary of tuples, as it stands in a file."""
    return collection(f"    {python(name)}: (", [python(each) for each in holders], ")") + ","


def import_of(module: str, names: Sequence[str]) -> str:
    """Return an import statement, sorted, broken as ruff breaks it."""
    line = f"from {module} import {', '.join(sorted(names, key=str.lower))}"
    return line if len(line) <= WIDTH else collection(f"from {module} import (", sorted(names, key=str.lower), ")")


def shortened(words: Sequence[str], width: int) -> str:
    """Return words as an enumeration of at most *width* characters; the last are counted where there is no room for them."""
    whole = enumerated(words)
    if len(whole) <= width:
        return whole
    kept = next((number for number in range(len(words) - 1, 1, -1) if len(_counted(words, number)) <= width), 1)
    return _counted(words, kept)


def _counted(words: Sequence[str], kept: int) -> str:
    return f"{', '.join(words[:kept])} and {len(words) - kept} more"


def enumerated(words: Sequence[str]) -> str:
    """Return words as an English enumeration: ``a, b and c``."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
