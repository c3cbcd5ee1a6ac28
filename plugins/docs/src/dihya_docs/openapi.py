"""The OpenAPI 3.1 document of the application that is running: what the code says, completed by the plugins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dihya_hookspecs import VERSION
from dihya_hookspecs.app import Hooks, PluginInfo
from flask import Flask
from pydantic import BaseModel
from werkzeug.routing import Rule

from .operations import operation, template

_NAME = re.compile(r"\{([^}]+)\}")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


OURS = ("Dihya", "De l'idée au code, en toute souveraineté.")


def document(app: Flask, hooks: Hooks, plugins: Iterable[PluginInfo], called: tuple[str, str] = OURS) -> dict[str, Any]:
    """Return the document: every route below ``/api/``, then what ``docs_openapi`` makes of it.

    Args:
        called: the name of the application, and its motto.
    """
    found = _frame(list(plugins), *called)
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            _add(found, rule, app.view_functions[rule.endpoint])
    found = hooks.call("docs_openapi", document=found)
    return _finished(found)


def _frame(plugins: list[PluginInfo], name: str, motto: str) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": name,
            "version": VERSION,
            "description": motto,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": info.name, "description": info.summary} for info in plugins if info.state == "active"],
        "paths": {},
        "components": {
            "schemas": {"Problem": PROBLEM},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "An access token or an API key."},
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "dihya",
                    "description": "A browser that is signed in (``__Host-dihya`` over https); unsafe methods also send X-CSRF-Token.",
                },
            },
        },
    }


def _add(document: dict[str, Any], rule: Rule, view: Callable[..., Any]) -> None:
    path = _settled(template(rule), document["paths"])
    methods = [method for method in METHODS if method in (rule.methods or ())]
    item = document["paths"].setdefault(path, {})
    for method in methods:
        suffix = f".{method.lower()}" if len(methods) > 1 else ""
        described = operation(rule, view, method, rule.endpoint + suffix)
        for parameter, name in zip(described["parameters"], _NAME.findall(path), strict=True):
            parameter["name"] = name
        for name in ("dihya_body", "dihya_answer"):
            if isinstance(model := getattr(view, name, None), type) and issubclass(model, BaseModel):
                mode = "validation" if name == "dihya_body" else "serialization"
                reference = _schema(document["components"]["schemas"], rule.endpoint, model, mode)
                _attach(described, name, reference)
        item[method.lower()] = described


def _settled(path: str, paths: Mapping[str, Any]) -> str:
    """Return the path under which the same template with other parameter names is already listed, or *path*."""
    shape = _NAME.sub("", path)
    return next((known for known in paths if _NAME.sub("", known) == shape), path)


def _schema(schemas: dict[str, Any], stem: str, model: type[BaseModel], mode: Any) -> str:
    schema = model.model_json_schema(ref_template=f"#/components/schemas/{stem}.{{model}}", mode=mode)
    for name, part in schema.pop("$defs", {}).items():
        schemas[f"{stem}.{name}"] = part
    schemas[f"{stem}.{model.__name__}"] = schema
    return f"#/components/schemas/{stem}.{model.__name__}"


def _attach(operation: dict[str, Any], place: str, reference: str) -> None:
    content = {"application/json": {"schema": {"$ref": reference}}}
    if place == "dihya_body":
        operation["requestBody"] = {"required": True, "content": content}
    else:
        operation["responses"]["2XX"]["content"] = content


def _finished(document: dict[str, Any]) -> dict[str, Any]:
    """Give every operation its security, and keep only tags that are used, so that plugins need not repeat either."""
    document["paths"] = dict(sorted(document["paths"].items()))
    used = set()
    for item in document["paths"].values():
        for each in item.values():
            used.update(each.get("tags", ()))
            needed: list[dict[str, list[str]]] = [{"bearer": []}, {"session": []}] if each.get("x-permission") else []
            each.setdefault("security", needed)
    document["tags"] = [tag for tag in document["tags"] if tag["name"] in used]
    return document


PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "A stable word for programs."},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "request_id": {"type": "string", "description": "Leads to the log and to the audit."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string", "description": "Where it stands: a JSON pointer (RFC 6901)."},
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
    "required": ["title", "status"],
}
