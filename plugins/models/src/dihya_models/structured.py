"""Structured answers: find the JSON in what a model wrote, and make it fit its schema or give up."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from typing import Any

from dihya_hookspecs.ai import AIFailure
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError

_FENCE = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL)
_ROUNDS = 50


def extract(text: str) -> Any:
    """Return the JSON value in *text*: alone, in a fenced block, or after some talk. Raises AIFailure (malformed)."""
    candidates = [text, *_FENCE.findall(text)]
    if (start := text.find("{")) >= 0:
        candidates.append(text[start:])
    for candidate in candidates:
        try:
            value, _ = json.JSONDecoder().raw_decode(candidate.strip())
        except ValueError:
            continue
        return value
    raise AIFailure("malformed", "the answer holds no JSON")


def fit(data: Any, schema: Mapping[str, Any]) -> tuple[Any, list[str]]:
    """Return *data* without the parts that do not fit *schema*, and the places of those parts as JSON pointers.

    Unknown properties, wrong list items and wrong optional properties are dropped; nothing is invented.

    Raises:
        AIFailure: malformed when something required is wrong; bad_request when the schema itself is.
    """
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise AIFailure("bad_request", f"the schema asked for is not valid: {error.message}"[:200]) from error
    validator, data = Draft202012Validator(schema), copy.deepcopy(data)
    dropped: list[str] = []
    for _ in range(_ROUNDS):
        wrong = sorted(validator.iter_errors(data), key=lambda found: -len(found.absolute_path))
        if not wrong:
            return data, dropped
        dropped.append(_drop(data, wrong[0], schema))
    raise AIFailure("malformed", "too much of the answer does not fit the schema")


def _drop(data: Any, error: ValidationError, schema: Mapping[str, Any]) -> str:
    """Remove from *data* what *error* complains of, and return where it was. Raises AIFailure when it is needed."""
    path = list(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = error.schema.get("properties", {})
        extra = next(name for name in error.instance if name not in known)
        del error.instance[extra]
        return _pointer([*path, extra])
    while path:
        holder = _at(data, path[:-1])
        if isinstance(holder, list) or path[-1] not in _required(schema, path[:-1]):
            del holder[path[-1]]
            return _pointer(path)
        path.pop()
    raise AIFailure("malformed", f"the answer does not fit the schema at {_pointer(list(error.absolute_path)) or '/'}")


def _required(schema: Mapping[str, Any], path: list[Any]) -> list[str]:
    """Return the names required in the object at *path*; a schema that branches there counts as requiring nothing."""
    for step in path:
        schema = schema.get("items", {}) if isinstance(step, int) else schema.get("properties", {}).get(step, {})
        if not isinstance(schema, Mapping):
            return []
    return list(schema.get("required", ()))


def _at(data: Any, path: list[Any]) -> Any:
    for step in path:
        data = data[step]
    return data


def _pointer(path: list[Any]) -> str:
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)
