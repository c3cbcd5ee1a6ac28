"""The OpenAPI description of every resource: parameters, bodies, answers, problems and an example."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dihya_hookspecs.resources.actions import Action, actions_of, permission_of
from dihya_hookspecs.web import Resource

from . import shape
from .routes import resources
from .schemas import asked, binned_entry, filter_schema, schemas_of
from .selecting import DONE, PROBLEMS, selection_body, selection_operations

_PROBLEM = "#/components/schemas/Problem"
_SAID = {
    400: "The request is malformed.",
    401: "Nobody is signed in.",
    403: "The caller may not do this.",
    404: "There is no such record.",
    409: "The record clashes with another one, or the first request with this key is still running.",
    412: "The record has changed meanwhile.",
    415: "The body has another media type.",
    422: "The input breaks a rule; ``errors`` says which.",
    428: "If-Match is required here.",
    429: "Too many requests.",
}
_AN = re.compile(r"(?!eu|one\b|uni(?!n)|us[aeiu]|ut[ei]|ur[aei])[aeiouéèà]|hour|honou?r|heir")
"""Words before which English says ``an``: by their sound, which a few of them do not show."""
_ETAG = {"ETag": {"description": "The version of the record.", "schema": {"type": "string"}}}


def described(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with the paths and schemas of all resources."""
    paths = document.setdefault("paths", {})
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.setdefault("Problem", _problem())
    for plugin, resource in resources():
        names = schemas_of(schemas, plugin, resource)
        for path, operations in _paths(plugin, resource, names).items():
            paths.setdefault(path, {}).update(operations)
    return document


def _problem() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "What went wrong (RFC 9457).",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
        },
        "required": ["title", "status"],
        "additionalProperties": True,
    }


def _paths(plugin: str, resource: Resource, names: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    base = f"/api/v1/{plugin}/{resource.name}"
    one = f"{base}/{{id}}"
    build = _Operations(plugin, resource, names)
    paths = {base: {"get": build.page()}, f"{base}.csv": {"get": build.csv()}, one: {"get": build.show()}}
    if resource.write:
        paths[base]["post"] = build.add()
        paths[one] |= {"patch": build.change(), "delete": build.remove()}
    if resource.write and resource.bin:
        paths[f"{base}/bin"] = {"get": build.bin(), "delete": build.empty_bin()}
        paths[f"{base}/bin/{{id}}/put-back"] = {"post": build.put_back()}
    for way, said in selection_operations(resource, build.title, build.operation):
        paths[f"{base}/{way}"] = {"post": said}
    for each in actions_of(resource).values():
        paths[f"{one}/actions/{each.name}"] = {"post": build.action(each, many=False)}
        if each.many:
            paths[f"{base}/actions/{each.name}"] = {"post": build.action(each, many=True)}
    return paths


def with_article(noun: str) -> str:
    """Return an English noun with its indefinite article: ``an event``, ``a unit``, ``an hour``."""
    return f"an {noun}" if _AN.match(noun) else f"a {noun}"


class _Operations:
    """Writes the operations of one resource."""

    def __init__(self, plugin: str, resource: Resource, names: Mapping[str, str]) -> None:
        self.plugin, self.resource, self.names = plugin, resource, names
        self.title, self.one = resource.title.en.lower(), with_article(resource.singular.en.lower())

    def page(self) -> dict[str, Any]:
        """List: ``{items, next, previous}``."""
        content = {
            "type": "object",
            "properties": {
                "items": {"type": "array", "items": {"$ref": self.names["record"]}},
                "next": {"type": ["string", "null"], "description": "Give it as ``after`` to get the next page."},
                "previous": {
                    "type": ["string", "null"],
                    "description": "Give it as ``before`` to get the page before.",
                },
                "total": {"type": "integer", "minimum": 0, "description": "Only where ``total=true`` asks for it."},
            },
            "required": ["items", "next", "previous"],
        }
        return self.operation(
            "list",
            f"List {self.title}",
            self.resource.read,
            {200: _content(content)},
            (422,),
            [
                *self._filters(),
                _query("limit", {"type": "integer", "minimum": 1, "maximum": 500}, "How many records."),
                _query("after", {"type": "string"}, "The cursor ``next`` of the page before."),
                _query(
                    "before", {"type": "string"}, "The cursor ``previous`` of the page after; in place of ``after``."
                ),
                _query("total", {"type": "boolean"}, "Count all that is found."),
            ],
        )

    def csv(self) -> dict[str, Any]:
        """List as CSV."""
        answer = {"description": "UTF-8, one header line.", "content": {"text/csv": {"schema": {"type": "string"}}}}
        summary = f"Export {self.title} as CSV"
        return self.operation("csv", summary, self.resource.read, {200: answer}, (422,), self._filters())

    def add(self) -> dict[str, Any]:
        """Add one."""
        header = {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "The same key and body act once.",
            "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
        }
        headers = {**_ETAG, "Location": {"description": "Where it is.", "schema": {"type": "string"}}}
        operation = self.operation(
            "add",
            f"Add {self.one}",
            self.resource.write,
            {201: {**_content({"$ref": self.names["record"]}), "headers": headers}},
            (400, 409, 415, 422),
            [header],
        )
        return operation | {"requestBody": self._body("new", ["application/json"])}

    def show(self) -> dict[str, Any]:
        """Show one."""
        answers = {200: {**_content({"$ref": self.names["record"]}), "headers": _ETAG}, 304: _plain("Still the same.")}
        parameters = [_id(), self._fields(), _header("If-None-Match", "The ETag that you have.")]
        summary = f"Show {self.one}"
        return self.operation("show", summary, self.resource.read, answers, (404, 422), parameters)

    def change(self) -> dict[str, Any]:
        """Change one."""
        operation = self.operation(
            "change",
            f"Change {self.one}",
            self.resource.write,
            {200: {**_content({"$ref": self.names["record"]}), "headers": _ETAG}},
            (400, 404, 409, 412, 415, 422, 428),
            [_id(), _header("If-Match", "The ETag that you read.")],
        )
        return operation | {"requestBody": self._body("patch", ["application/merge-patch+json", "application/json"])}

    def remove(self) -> dict[str, Any]:
        """Remove one."""
        parameters = [_id(), _header("If-Match", "The ETag that you read.")]
        answers = {204: _plain("It is gone.")}
        summary = f"Remove {self.one}"
        return self.operation("remove", summary, self.resource.write, answers, (404, 409, 412, 428), parameters)

    def bin(self) -> dict[str, Any]:
        """List what was removed."""
        entry = {"type": "object", "properties": binned_entry(self.names["record"]), "required": ["id", "record"]}
        content = {
            "type": "object",
            "properties": {"items": {"type": "array", "items": entry}, "next": {"type": ["string", "null"]}},
            "required": ["items", "next"],
        }
        before = _query("before", {"type": "string", "format": "uuid"}, "The cursor ``next`` of the page before.")
        summary = f"List removed {self.title}"
        return self.operation("bin", summary, self.resource.write, {200: _content(content)}, (), [before])

    def put_back(self) -> dict[str, Any]:
        """Put a removed record back."""
        answers = {200: {**_content({"$ref": self.names["record"]}), "headers": _ETAG}}
        summary = f"Put {self.one} back"
        return self.operation("put_back", summary, self.resource.write, answers, (409, 422), [_id()])

    def empty_bin(self) -> dict[str, Any]:
        """Remove for good all that was removed."""
        number = {"type": "object", "properties": {"removed": {"type": "integer"}}, "required": ["removed"]}
        summary = f"Remove for good the removed {self.title}"
        return self.operation("empty_bin", summary, self.resource.write, {200: _content(number)}, (), [])

    def action(self, each: Action, *, many: bool) -> dict[str, Any]:
        """Carry out an action for one record or for a selection."""
        verb, whom = f"action_{each.name}", self.one
        if many:
            verb, whom = f"{verb}_many", f"some {self.title}"
        summary, permission = f"{each.title.en}: {whom}", permission_of(self.resource, each)
        parameters = [] if many else [_id()]
        operation = self.operation(verb, summary, permission, {200: DONE}, PROBLEMS, parameters)
        if many:
            operation["requestBody"] = selection_body()
        return operation

    def operation(
        self,
        verb: str,
        summary: str,
        permission: str,
        answers: Mapping[int, Any],
        problems: tuple[int, ...],
        parameters: list[dict[str, Any]],
    ) -> dict[str, Any]:
        """Return one operation with its answers and problems."""
        statuses = sorted({*problems, 400, 401, 403, 404, 429})
        failures = {str(status): _failure(status) for status in statuses}
        return {
            "operationId": f"routes_{self.plugin}.{self.resource.name}_{verb}",
            "tags": [self.plugin],
            "summary": summary,
            "x-permission": permission,
            "parameters": parameters,
            "responses": {**{str(status): answer for status, answer in answers.items()}, **failures},
        }

    def _filters(self) -> list[dict[str, Any]]:
        columns = shape.comparable(self.resource)
        words = [_query("q", {"type": "string", "maxLength": 200}, "Words that must all occur.")]
        equal = [
            _query(
                name,
                filter_schema(column),
                f"Only where {name} is equal; empty for none. {asked(self.resource, name)}",
            )
            for name, column in columns.items()
        ]
        return [
            *(words if self.resource.service.search else []),
            _query(
                "sort",
                {"type": "string"},
                f"Columns with commas between, ``-`` before one to reverse: {', '.join(columns)}.",
            ),
            self._fields(),
            *equal,
        ]

    def _fields(self) -> dict[str, Any]:
        return _query("fields", {"type": "string"}, "Names of the columns to answer with, separated by commas.")

    def _body(self, kind: str, types: list[str]) -> dict[str, Any]:
        media: dict[str, Any] = {"schema": {"$ref": self.names[kind]}}
        if examples := self.resource.form.model_json_schema().get("examples"):
            media["example"] = examples[0]
        return {"required": True, "content": {name: media for name in types}}


def _content(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": "Done.", "content": {"application/json": {"schema": schema}}}


def _plain(description: str) -> dict[str, Any]:
    return {"description": description}


def _failure(status: int) -> dict[str, Any]:
    example = {"type": "about:blank", "title": _SAID[status], "status": status}
    media = {"schema": {"$ref": _PROBLEM}, "example": example}
    return {"description": _SAID[status], "content": {"application/problem+json": media}}


def _query(name: str, schema: Mapping[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _header(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "description": description, "schema": {"type": "string"}}


def _id() -> dict[str, Any]:
    return {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
