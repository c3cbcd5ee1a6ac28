"""What a rule says when it refuses, in English and in French."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dihya_hookspecs.i18n import Text

from .plan import Entity


def message(data: Mapping[str, Any], entity: Entity, target: Entity | None) -> Text:
    """Return the sentence for one rule, made of the labels of its fields."""
    labels = {
        key: entity.get(data[key]).label for key in ("field", "than", "when", "over") if isinstance(data.get(key), str)
    }
    match data["rule"]:
        case "not_before":
            field_, than = labels["field"], labels["than"]
            if not entity.get(data["field"]).kind.startswith("date"):
                return Text(
                    f"“{field_.en}” must not be less than “{than.en}”",
                    f"« {field_.fr} » ne peut pas être inférieur à « {than.fr} »",
                )
            return Text(
                f"“{field_.en}” must not be before “{than.en}”", f"« {field_.fr} » ne peut pas précéder « {than.fr} »"
            )
        case "required_when":
            field_, when = labels["field"], labels["when"]
            value = dict(entity.get(data["when"]).values)[data["is"]]
            return Text(
                f"“{field_.en}” is needed when “{when.en}” is “{value.en}”",
                f"« {field_.fr} » est nécessaire lorsque « {when.fr} » vaut « {value.fr} »",
            )
        case "states":
            field_ = labels["field"]
            return Text(
                f"“{field_.en}” cannot change in this way",
                f"« {field_.fr} » ne peut pas changer ainsi",
            )
        case "unique_together":
            fields = [entity.get(name).label for name in data["fields"]]
            english = " and ".join(f"“{each.en}”" for each in fields)
            french = " et ".join(f"« {each.fr} »" for each in fields)
            return Text(
                f"there is already a record with the same {english}",
                f"il existe déjà une fiche avec les mêmes {french}",
            )
        case "sum_at_most" if target is not None:
            field_, limit = labels["field"], target.get(data["limit"]).label
            return Text(
                f"the sum of “{field_.en}” would exceed “{limit.en}” of “{target.singular.en}”",
                f"la somme de « {field_.fr} » dépasserait « {limit.fr} » de « {target.singular.fr} »",
            )
        case "no_overlap":
            same = [entity.get(name).label for name in data.get("per", ())]
            english, french = ", ".join(f"“{each.en}”" for each in same), ", ".join(f"« {each.fr} »" for each in same)
            more = (f" for the same {english}", f" pour la même valeur de {french}") if same else ("", "")
            return Text(
                f"another record lies at the same time{more[0]}", f"une autre fiche occupe déjà ce créneau{more[1]}"
            )
        case "past_when":
            field_, said = labels["field"], _among(entity, data["when"])
            return Text(
                f"“{field_.en}” is still to come, so {said.en} is not possible yet",
                f"« {field_.fr} » est encore à venir : {said.fr} n’est pas encore possible",
            )
        case "refers_to" if target is not None:
            field_, said = labels["field"], _among(target, data["where"])
            return Text(
                f"for “{field_.en}”, choose a record with {said.en}",
                f"pour « {field_.fr} », choisissez une fiche avec {said.fr}",
            )
        case "within" if target is not None:
            return _within(labels["field"], labels["over"], data, target)
    raise ValueError(f"no words for the rule {data['rule']!r}")


def _among(entity: Entity, said: Mapping[str, Sequence[str]]) -> Text:
    """Return fields and the values that each of them may have."""
    parts = [
        (entity.get(name), [dict(entity.get(name).values)[value] for value in values]) for name, values in said.items()
    ]
    english = " and ".join(f"“{f.label.en}” " + " or ".join(f"“{v.en}”" for v in values) for f, values in parts)
    french = " et ".join(f"« {f.label.fr} » " + " ou ".join(f"« {v.fr} »" for v in values) for f, values in parts)
    return Text(english, french)


def _within(field_: Text, over: Text, data: Mapping[str, Any], target: Entity) -> Text:
    ends = [target.get(data[key]).label for key in ("since", "until") if key in data]
    english, french = " and ".join(f"“{each.en}”" for each in ends), " et ".join(f"« {each.fr} »" for each in ends)
    if len(ends) == 2:
        return Text(
            f"“{field_.en}” must lie between {english} of “{over.en}”",
            f"« {field_.fr} » doit se situer entre {french} de « {over.fr} »",
        )
    side = ("before", "précéder") if "since" in data else ("after", "suivre")
    return Text(
        f"“{field_.en}” must not be {side[0]} {english} of “{over.en}”",
        f"« {field_.fr} » ne peut pas {side[1]} {french} de « {over.fr} »",
    )
