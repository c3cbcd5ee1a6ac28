"""What a view says about itself, as an OpenAPI operation: docstring, path parameters, permission, problems."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_PARAMETER = re.compile(r"<(?:[^<>]*:)?([^<>:]+)>")
_PROBLEMS = {
    "401": "Nobody is signed in.",
    "403": "The caller may not do this.",
    "404": "There is no such thing.",
    "422": "The input breaks a rule.",
}


def template(rule: Rule) -> str:
    """Return the rule as an OpenAPI path template: ``/files/<path:name>`` becomes ``/files/{name}``."""
    return _PARAMETER.sub(r"{\1}", rule.rule)


def operation(rule: Rule, view: Callable[..., Any], method: str, name: str) -> dict[str, Any]:
    """Return the operation of one method of one route."""
    summary, description = _said(view, name)
    permission = getattr(view, "dihya_requires", None)
    found: dict[str, Any] = {"operationId": name, "tags": [_tag(rule)], "summary": summary}
    if description:
        found["description"] = description
    if permission:
        found["x-permission"] = permission
    found["parameters"] = [_parameter(rule, argument) for argument in _PARAMETER.findall(rule.rule)]
    found["responses"] = _responses(bool(permission), bool(found["parameters"]), method)
    return found


def _said(view: Callable[..., Any], name: str) -> tuple[str, str]:
    text = inspect.getdoc(view) or name.rpartition(".")[2].replace("_", " ").capitalize()
    first, _, rest = text.partition("\n")
    return first.strip().rstrip("."), rest.strip()


def _tag(rule: Rule) -> str:
    parts = rule.rule.split("/")
    return parts[3] if len(parts) > 3 and parts[3] and "<" not in parts[3] else rule.endpoint.partition("_")[0]


def _parameter(rule: Rule, name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": _kind(rule, name)}


def _kind(rule: Rule, name: str) -> dict[str, Any]:
    converter = rule._converters[name]
    match type(converter).__name__:
        case "IntegerConverter":
            return {"type": "integer", "minimum": 0}
        case "FloatConverter":
            return {"type": "number", "minimum": 0}
        case "UUIDConverter":
            return {"type": "string", "format": "uuid"}
        case "AnyConverter":
            return {"type": "string", "enum": sorted(converter.items)}  # type: ignore[attr-defined]
    return {"type": "string", "minLength": 1}


def _responses(guarded: bool, addressed: bool, method: str) -> dict[str, Any]:
    wanted = [*(("401", "403") if guarded else ()), *(("404",) if addressed else ())]
    if method in ("POST", "PUT", "PATCH"):
        wanted.append("422")
    responses: dict[str, Any] = {"2XX": {"description": "Done."}}
    responses |= {status: _problem(_PROBLEMS[status]) for status in wanted}
    responses["default"] = _problem("Any other failure.")
    return responses


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}
