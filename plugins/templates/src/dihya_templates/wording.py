"""What a rule says when it refuses, in English and in French."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dihya_hookspecs.i18n import Text

from .plan import Entity

Rule = Mapping[str, Any]


def message(data: Rule, entity: Entity, target: Entity | None) -> Text:
    """Return the sentence for one rule, made of the labels of its fields.

    Args:
        target: the entity to which the rule's reference leads, for the rules that look at it.
    """
    if (words := _OF_ONE.get(data["rule"])) is not None:
        return words(data, entity)
    if target is not None and (spanning := _OF_TWO.get(data["rule"])) is not None:
        return spanning(data, entity, target)
    raise ValueError(f"no words for the rule {data['rule']!r}")


def _not_before(data: Rule, entity: Entity) -> Text:
    field, than = entity.get(data["field"]), entity.get(data["than"]).label
    if not field.kind.startswith("date"):
        return Text(
            f"“{field.label.en}” must not be less than “{than.en}”",
            f"« {field.label.fr} » ne peut pas être inférieur à « {than.fr} »",
        )
    return Text(
        f"“{field.label.en}” must not be before “{than.en}”", f"« {field.label.fr} » ne peut pas précéder « {than.fr} »"
    )


def _required_when(data: Rule, entity: Entity) -> Text:
    field, when = entity.get(data["field"]).label, entity.get(data["when"])
    value = dict(when.values)[data["is"]]
    return Text(
        f"“{field.en}” is needed when “{when.label.en}” is “{value.en}”",
        f"« {field.fr} » est nécessaire lorsque « {when.label.fr} » vaut « {value.fr} »",
    )


def _states(data: Rule, entity: Entity) -> Text:
    field = entity.get(data["field"]).label
    return Text(f"“{field.en}” cannot change in this way", f"« {field.fr} » ne peut pas changer ainsi")


def _unique_together(data: Rule, entity: Entity) -> Text:
    said = _listed([entity.get(name).label for name in data["fields"]], (" and ", " et "))
    return Text(
        f"there is already a record with the same {said.en}", f"il existe déjà une fiche avec les mêmes {said.fr}"
    )


def _no_overlap(data: Rule, entity: Entity) -> Text:
    same = _listed([entity.get(name).label for name in data.get("per", ())], (", ", ", "))
    more = Text(f" for the same {same.en}", f" pour la même valeur de {same.fr}") if same.en else same
    return Text(f"another record lies at the same time{more.en}", f"une autre fiche occupe déjà ce créneau{more.fr}")


def _past_when(data: Rule, entity: Entity) -> Text:
    field, said = entity.get(data["field"]).label, _among(entity, data["when"])
    return Text(
        f"“{field.en}” is still to come, so {said.en} is not possible yet",
        f"« {field.fr} » est encore à venir : {said.fr} n’est pas encore possible",
    )


def _sum_at_most(data: Rule, entity: Entity, target: Entity) -> Text:
    field, limit = entity.get(data["field"]).label, target.get(data["limit"]).label
    return Text(
        f"the sum of “{field.en}” would exceed “{limit.en}” of “{target.singular.en}”",
        f"la somme de « {field.fr} » dépasserait « {limit.fr} » de « {target.singular.fr} »",
    )


def _refers_to(data: Rule, entity: Entity, target: Entity) -> Text:
    field, said = entity.get(data["field"]).label, _among(target, data["where"])
    return Text(
        f"for “{field.en}”, choose a record with {said.en}",
        f"pour « {field.fr} », choisissez une fiche avec {said.fr}",
    )


def _within(data: Rule, entity: Entity, target: Entity) -> Text:
    field, over = entity.get(data["field"]).label, entity.get(data["over"]).label
    ends = [target.get(data[key]).label for key in ("since", "until") if key in data]
    said = _listed(ends, (" and ", " et "))
    if len(ends) == 2:
        return Text(
            f"“{field.en}” must lie between {said.en} of “{over.en}”",
            f"« {field.fr} » doit se situer entre {said.fr} de « {over.fr} »",
        )
    side = ("before", "précéder") if "since" in data else ("after", "suivre")
    return Text(
        f"“{field.en}” must not be {side[0]} {said.en} of “{over.en}”",
        f"« {field.fr} » ne peut pas {side[1]} {said.fr} de « {over.fr} »",
    )


def _listed(labels: Sequence[Text], between: tuple[str, str]) -> Text:
    """Return labels in the quotation marks of each language, one behind the other."""
    return Text(
        between[0].join(f"“{each.en}”" for each in labels), between[1].join(f"« {each.fr} »" for each in labels)
    )


def _among(entity: Entity, said: Mapping[str, Sequence[str]]) -> Text:
    """Return fields and the values that each of them may have."""
    parts = [
        (entity.get(name), [dict(entity.get(name).values)[value] for value in values]) for name, values in said.items()
    ]
    english = " and ".join(f"“{f.label.en}” " + " or ".join(f"“{v.en}”" for v in values) for f, values in parts)
    french = " et ".join(f"« {f.label.fr} » " + " ou ".join(f"« {v.fr} »" for v in values) for f, values in parts)
    return Text(english, french)


_OF_ONE: Mapping[str, Callable[[Rule, Entity], Text]] = {
    "not_before": _not_before,
    "required_when": _required_when,
    "states": _states,
    "unique_together": _unique_together,
    "no_overlap": _no_overlap,
    "past_when": _past_when,
}
_OF_TWO: Mapping[str, Callable[[Rule, Entity, Entity], Text]] = {
    "sum_at_most": _sum_at_most,
    "refers_to": _refers_to,
    "within": _within,
}
