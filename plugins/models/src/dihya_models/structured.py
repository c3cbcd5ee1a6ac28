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

_THOUGHT = re.compile(r"<(think|thinking|thought|reasoning)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_THOUGHT_ENDS = re.compile(r"^.*</(?:think|thinking|thought|reasoning)>", re.DOTALL | re.IGNORECASE)
_STARTS = 200
"""So many opening braces are tried; talk with more of them is no answer."""
_ROUNDS = 50


def extract(text: str, schema: Mapping[str, Any] | None = None) -> Any:
    """Return the JSON value in *text*: alone, in a fenced block, after some thought, or amid talk.

    Of several objects the last that fits *schema* is the answer, otherwise the longest.

    Raises:
        AIFailure: malformed, when there is none.
    """
    said = _THOUGHT_ENDS.sub("", _THOUGHT.sub("", text)).strip() or text.strip()
    try:
        return _decode(said, 0)[0]
    except ValueError:
        pass
    found = _objects(said)
    if not found:
        raise AIFailure("malformed", "the answer holds no JSON")
    if schema is not None:
        validator = Draft202012Validator(schema)
        if fitting := [value for value, _length in found if validator.is_valid(value)]:
            return fitting[-1]
    return max(found, key=lambda each: each[1])[0]


def _objects(text: str) -> list[tuple[Any, int]]:
    """Return the JSON objects that stand in a text one after the other, each with its length."""
    found, place = [], text.find("{")
    for _ in range(_STARTS):
        if place < 0:
            break
        try:
            value, end = _decode(text, place)
        except ValueError:
            place = text.find("{", place + 1)
        else:
            found.append((value, end - place))
            place = text.find("{", end)
    return found


def _decode(text: str, start: int) -> tuple[Any, int]:
    """Return the JSON value that starts there and where it ends. Raises ValueError, also for NaN and too deep a nesting."""
    try:
        value, end = _DECODER.raw_decode(text, start)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return clean(value), end


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_refused)


def clean(value: Any) -> Any:
    """Return *value* with texts that every database takes: without NUL and without halves of a character."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "ignore").decode()
    try:
        if isinstance(value, list):
            return [clean(item) for item in value]
        if isinstance(value, dict):
            return {clean(name): clean(item) for name, item in value.items()}
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return value


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
