"""The OpenAPI description of what is done with a selection of records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from dihya_hookspecs.resources.query import MOST
from dihya_hookspecs.resources.selection import states_of
from dihya_hookspecs.web import Resource

IDS = {"type": "array", "items": {"type": "string", "format": "uuid"}, "minItems": 1, "maxItems": MOST}
DONE = {
    "description": "Done.",
    "content": {
        "application/json": {
            "schema": {"type": "object", "properties": {"done": {"type": "integer"}}, "required": ["done"]}
        }
    },
}
PROBLEMS = (409, 415, 422)


def selection_body(**more: Any) -> dict[str, Any]:
    """Return the body that names the records, and says in *more* properties what is to become of them."""
    properties = {"ids": IDS, **more}
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def selection_operations(
    resource: Resource, title: str, operation: Callable[..., dict[str, Any]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the end of the address and the operation, for each thing that is done with a selection.

    Args:
        title: what the records are called, in English.
        operation: makes an operation of verb, summary, permission, answers, problems and parameters.
    """
    if not resource.write:
        return
    made = operation("selection_remove", f"Remove some {title}", resource.write, {200: DONE}, PROBLEMS, [])
    yield "selection/remove", made | {"requestBody": selection_body()}
    if states := states_of(resource):
        words = {
            name: {"type": "string", "enum": list(dict.fromkeys(getattr(state, name) for state in states))}
            for name in ("field", "value")
        }
        made = operation(
            "selection_state", f"Bring some {title} into a state", resource.write, {200: DONE}, PROBLEMS, []
        )
        body = selection_body(**words)
        body["content"]["application/json"]["schema"]["properties"]["values"] = {
            "type": "object",
            "properties": {name: {} for state in states for name in state.needs},
            "additionalProperties": False,
            "description": "What the state needs, for the records that do not say it yet.",
        }
        yield "selection/state", made | {"requestBody": body}
