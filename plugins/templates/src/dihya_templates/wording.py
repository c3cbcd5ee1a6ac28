"""What a rule says when it refuses, in English and in French."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dihya_hookspecs.i18n import Text

from .plan import Entity


def message(data: Mapping[str, Any], entity: Entity, target: Entity | None) -> Text:
    """Return the sentence for one rule, made of the labels of its fields."""
    labels = {key: entity.get(data[key]).label for key in ("field", "than", "when", "over") if key in data}
    match data["rule"]:
        case "not_before":
            field_, than = labels["field"], labels["than"]
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
    raise ValueError(f"no words for the rule {data['rule']!r}")
