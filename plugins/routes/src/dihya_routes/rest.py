"""The REST interface of one resource: parse, one service call, answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.resources import Found, selection, tables, writing
from dihya_hookspecs.resources.actions import Action, actions_of, carry_out, permission_of
from dihya_hookspecs.web import PATCH_TYPES, Resource, about, body, demand_match, json_object, requires
from flask import Blueprint, Response, request, url_for
from pydantic import BaseModel

from . import queries, shape
from .binned import Binned
from .idempotency import Answer, Idempotency, Ticket, ticket
from .settings import Settings


class Selection(BaseModel):
    """The records for which something is done."""

    ids: list[UUID]


class Brought(Selection):
    """The records that are brought into a state, into which, and what it needs that they do not say yet."""

    field: str
    value: str
    values: dict[str, Any] = {}


class Rest:
    """The views of one resource: six, those of its bin and of a selection, and one for each of its actions."""

    def __init__(self, resource: Resource, plugin: str) -> None:
        self.resource, self.plugin = resource, plugin

    @property
    def columns(self) -> dict[str, Any]:
        """The columns that who asks may see."""
        return shape.columns(self.resource)

    def bind(self, blueprint: Blueprint) -> None:
        """Add the routes to *blueprint*, each view with the permission that the resource names."""
        name, read, write = self.resource.name, self.resource.read, self.resource.write
        table = self.resource.service.model.__tablename__
        for rule, verb, method, view, permission in (
            (f"/{name}", "list", "GET", self.page, read),
            (f"/{name}", "add", "POST", self.add, write),
            (f"/{name}.csv", "csv", "GET", self.csv, read),
            (f"/{name}/<uuid:id>", "show", "GET", self.show, read),
            (f"/{name}/<uuid:id>", "change", "PATCH", self.change, write),
            (f"/{name}/<uuid:id>", "remove", "DELETE", self.remove, write),
        ):
            if not permission:
                continue  # nobody writes it
            marked = about(self.plugin, table)(_view(view, permission))
            blueprint.add_url_rule(rule, f"{name}_{verb}", marked, methods=[method])
        if write and self.resource.bin:
            self._bind_bin(blueprint, write)
        if write:
            self._bind_selection(blueprint, write)
        for each in actions_of(self.resource).values():
            self._bind_action(blueprint, each)

    def _bind_selection(self, blueprint: Blueprint, permission: str) -> None:
        """Add the routes of a selection: to remove it, and to bring it into a state where the resource has one."""
        name, table = self.resource.name, self.resource.service.model.__tablename__

        def remove() -> Response:
            """Remove a selection: all of it or nothing."""
            return _json({"done": selection.remove_all(self.resource, body(Selection).ids)})

        def bring() -> Response:
            """Bring a selection into a state: all of it or nothing."""
            asked = body(Brought)
            done = selection.bring_all(self.resource, asked.ids, asked.field, asked.value, asked.values)
            return _json({"done": done})

        rules = [("remove", remove), *([("state", bring)] if selection.states_of(self.resource) else [])]
        for verb, view in rules:
            marked = about(self.plugin, table)(_view(view, permission))
            blueprint.add_url_rule(f"/{name}/selection/{verb}", f"{name}_selection_{verb}", marked, methods=["POST"])

    def _bind_bin(self, blueprint: Blueprint, permission: str) -> None:
        """Add the routes of what was removed: to list it, to put it back, to remove all of it for good."""
        name, table, binned = self.resource.name, self.resource.service.model.__tablename__, Binned(self.resource)

        def page() -> Response:
            """List what was removed."""
            return _json(binned.page())

        def put_back(id: UUID) -> Response:
            """Put a removed record back."""
            return self._answer(binned.put_back(id), 200)

        def empty() -> Response:
            """Remove for good what was removed."""
            return _json(binned.empty())

        rules = (
            ("", "bin", "GET", page),
            ("/<uuid:id>/put-back", "put_back", "POST", put_back),
            ("", "empty_bin", "DELETE", empty),
        )
        for rule, verb, method, view in rules:
            marked = about(self.plugin, table)(_view(view, permission))
            blueprint.add_url_rule(f"/{name}/bin{rule}", f"{name}_{verb}", marked, methods=[method])

    def _bind_action(self, blueprint: Blueprint, each: Action) -> None:
        """Add the route of one action, and the one for a selection where it takes one."""
        name, table = self.resource.name, self.resource.service.model.__tablename__
        permission = permission_of(self.resource, each)

        def one(id: UUID) -> Response:
            """Carry out the action for one record."""
            return self._done(each, [id])

        def many() -> Response:
            """Carry out the action for a selection: all of it or nothing."""
            return self._done(each, body(Selection).ids)

        rules = [(f"/{name}/<uuid:id>/actions/{each.name}", each.name, one)]
        rules += [(f"/{name}/actions/{each.name}", f"{each.name}_many", many)] if each.many else []
        for rule, verb, method in rules:
            marked = about(self.plugin, table)(_view(method, permission, each.confirmed))
            blueprint.add_url_rule(rule, f"{name}_action_{verb}", marked, methods=["POST"])

    def _done(self, each: Action, ids: list[UUID]) -> Response:
        return _json({"done": carry_out(self.plugin, self.resource, each.name, ids)})

    def page(self) -> Response:
        """List records, page by page."""
        asked = self._asked(get(Settings).page_size)
        found = self._service().find(asked.query, total=asked.total)
        said: dict[str, Any] = {
            "items": [shape.record(item, asked.fields) for item in found.items],
            "next": found.next,
            "previous": found.previous,
        }
        answer = _json(said | {"total": found.total} if asked.total else said)
        if links := _links(found):
            answer.headers["Link"] = ", ".join(links)
        return answer

    def add(self) -> Response:
        """Add a record; the same Idempotency-Key adds it once."""
        pass_ = self._ticket()
        earlier = get(Idempotency).begin(pass_) if pass_ else None
        if earlier:
            headers = {**earlier.headers, "Idempotency-Replayed": "true"}
            return Response(earlier.body, earlier.status, headers, mimetype="application/json")
        service = self._service()
        sent = writing.known(json_object(request), service.hidden())
        values = writing.whole(self.resource.form, self.columns, sent)
        record = service.add(values)
        service.session.refresh(record)  # what the database made of it: defaults, decimals
        answer = self._answer(record, 201)
        if pass_:
            kept = {name: answer.headers[name] for name in ("Location", "ETag")}
            get(Idempotency).keep(pass_, Answer(answer.status_code, answer.get_data(as_text=True), kept))
        return answer

    def show(self, id: UUID) -> Response:
        """Return one record; with If-None-Match, 304 when it is still the same."""
        flaws: list[Any] = []
        names = queries.fields(request.args.get("fields"), self.columns, flaws)
        if flaws:
            raise Invalid(_("the query is wrong; see errors"), flaws=flaws)
        answer = self._answer(self._service().consult(id), 200, names)
        answer.make_conditional(request)
        return answer

    def change(self, id: UUID) -> Response:
        """Change some fields of a record (RFC 7396); with If-Match, only if nobody else has changed it."""
        service = self._service()
        patch = writing.known(json_object(request, PATCH_TYPES), service.hidden())
        record = service.get(id)
        named = _match(record.version)
        values = writing.merged(self.resource.form, self.columns, record, patch)
        record = service.change(id, values, record.version if named else None)
        service.session.refresh(record)
        return self._answer(record, 200)

    def remove(self, id: UUID) -> Response:
        """Remove a record; with If-Match, only if nobody else has changed it."""
        service = self._service()
        _match(service.get(id).version)
        service.remove(id)
        return Response(status=204)

    def csv(self) -> Response:
        """Return the whole list as a CSV file."""
        asked = self._asked(None)
        names, most = asked.fields, get(Settings).csv_rows
        found = (item for page in tables.pages(self._service(), asked.query, most) for item in page)
        file, rows = tables.write_csv(names, ([shape.cell(getattr(item, name)) for name in names] for item in found))
        table = self.resource.service.model.__tablename__
        current().record("routes.export", object=table, rows=rows)
        answer = Response(tables.chunks(file), mimetype="text/csv", direct_passthrough=True)
        answer.headers["Content-Disposition"] = f'attachment; filename="{self.resource.name}.csv"'
        answer.call_on_close(file.close)
        return answer

    def _service(self) -> Any:
        return shape.service(self.resource)

    def _asked(self, page_size: int | None) -> queries.Asked:
        return queries.asked(self.resource, request.args, page_size)

    def _ticket(self) -> Ticket | None:
        key = request.headers.get("Idempotency-Key")
        actor = current().actor
        return ticket(key, actor.id if actor else "", request.path, request.get_data()) if key is not None else None

    def _answer(self, record: Any, status: int, names: tuple[str, ...] | None = None) -> Response:
        answer = _json(shape.record(record, names or self.columns), status)
        if version := getattr(record, "version", None):
            answer.set_etag(str(version))
        answer.headers["Cache-Control"] = "private, no-cache"
        if status == 201:
            answer.headers["Location"] = url_for(f".{self.resource.name}_show", id=record.id)
        return answer


def _view(method: Callable[..., Response], permission: str, confirmed: bool = False) -> Callable[..., Response]:
    """Return a function of its own for each resource, because the permission is written on the function."""

    @requires(permission, confirmed=confirmed)
    @wraps(method)
    def view(**arguments: Any) -> Response:
        return method(**arguments)

    return view


def _links(found: Found[Any]) -> list[str]:
    """Return the addresses of the pages before and after this one, as the header Link says them (RFC 8288)."""
    kept = [(name, each) for name, each in request.args.items(multi=True) if name not in ("after", "before")]
    ways = (("prev", "before", found.previous), ("next", "after", found.next))
    return [
        f'<{request.path}?{urlencode([*kept, (name, cursor)])}>; rel="{rel}"' for rel, name, cursor in ways if cursor
    ]


def _match(version: int) -> bool:
    """Tell whether If-Match names the version. Raises Invalid: 412 for another one, 428 when the settings ask for it."""
    if not (named := demand_match(request, version)) and get(Settings).require_if_match:
        raise Invalid(_("send If-Match with the ETag that you read"), code="precondition", status=428)
    return named


def _json(value: Mapping[str, Any], status: int = 200) -> Response:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(text, status, mimetype="application/json")
