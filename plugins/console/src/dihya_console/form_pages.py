"""The forms of a resource: for a record that does not exist yet, and for one that does."""

from __future__ import annotations

import uuid
from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import Layout
from flask import Response, request

from .base_pages import BasePages
from .forms import Field
from .inputs import parse, shown, zone
from .words import faults_of


class FormPages(BasePages):
    """Adding and changing the records of one resource."""

    def new(self) -> Response:
        """The form for a record that does not exist yet."""
        desk, fields = self._desk, self._desk.inputs()
        if request.method == "GET":
            return self._form(fields, {field.name: self._shown(field, self._first(field)) for field in fields})
        if "find" in request.form:
            return self._form(fields, self._kept(fields))
        values, faults = parse(desk.resource.form, fields, request.form, zone())
        if not faults:
            try:
                record = desk.service.add(values)
            except Invalid as error:
                current().undo()
                faults = faults_of(error, {field.name for field in fields})
            else:
                get(Layout).flash(_("“%(name)s” was added.", name=desk.caption(record)), "success")
                return self._go(str(record.id))
        return self._form(fields, self._kept(fields), faults=faults, status=422)

    def edit(self, id: uuid.UUID) -> Response:
        """The form for a record that exists."""
        desk, fields = self._desk, self._desk.inputs()
        record = desk.service.get(id)
        desk.service.permitted("change", record)
        now = {field.name: self._shown(field, getattr(record, field.name, None)) for field in fields}
        if request.method == "GET":
            return self._form(fields, now, record=record, version=record.version)
        version = request.form.get("version", type=int)
        if "find" in request.form:
            return self._form(fields, self._kept(fields), record=record, version=version)
        values, faults = parse(desk.resource.form, fields, request.form, zone(), self._locked(record))
        if not faults:
            try:
                desk.service.change(id, values, version)
            except Invalid as error:
                current().undo()
                record = desk.service.get(id)
                if error.code == "stale":
                    return self._stale(fields, record)
                faults = faults_of(error, {field.name for field in fields})
            else:
                get(Layout).flash(_("Your changes are saved."), "success")
                return self._go(str(id))
        return self._form(fields, self._kept(fields), record=record, version=version, faults=faults, status=422)

    def _locked(self, record: Any) -> dict[str, Any]:
        """What a record says in the fields that the form does not have, since the actor may not write them."""
        locked, names = self._desk.service.locked(), self._desk.resource.form.model_fields  # type: ignore[attr-defined]
        return {name: getattr(record, name) for name in names if name in locked}

    def _stale(self, fields: list[Field], record: Any) -> Response:
        """The form again, with what the record has become beside what was sent."""
        kept = self._kept(fields)
        now = {field.name: self._shown(field, getattr(record, field.name, None)) for field in fields}
        conflicts = [
            (field.label, self._read(field, kept[field.name]), self._read(field, now[field.name]))
            for field in fields
            if kept[field.name] != now[field.name]
        ]
        return self._form(fields, kept, record=record, version=record.version, conflicts=conflicts, status=412)

    def _form(
        self, fields: list[Field], values: dict[str, str], *, record: Any = None, version: int | None = None,
        faults: dict[str, str] | None = None, conflicts: Any = None, status: int = 200,
    ) -> Response:  # fmt: skip
        desk = self._desk
        name = desk.caption(record) if record is not None else ""
        title = (
            _("Change “%(name)s”", name=name) if record is not None else _("Add: %(what)s", what=desk.resource.singular)
        )
        options = {field.name: self._options(field, values) for field in fields if field.reference}
        offers = {field.name: self._offer(field) for field in fields if field.reference}
        sought = {field.name: request.form.get(f"{field.name}__find", "") for field in fields if field.reference}
        faults = faults or {}
        general = [text for key, text in faults.items() if key not in values]
        return self._page(
            "form", title, status=status, record=record, name=name, fields=fields, values=values, version=version,
            faults=faults, general=general, conflicts=conflicts, stale=conflicts is not None, options=options, sought=sought, offers=offers,
        )  # fmt: skip

    def _offer(self, field: Field) -> str:
        """The address that finds the records of a reference while one types; empty where words find none."""
        other = self._desk.other(field.name)
        return f"{request.script_root}{other.path}names" if other and other.service.search else ""

    def _options(self, field: Field, values: dict[str, str]) -> Any:
        query = request.form.get(f"{field.name}__find", "").strip()
        return self._desk.options(field, values.get(field.name, ""), query)

    def _first(self, field: Field) -> Any:
        """What stands in a new form: what the link said, otherwise the default."""
        return request.args.get(field.name, field.default) if field.reference else field.default

    def _shown(self, field: Field, value: Any) -> str:
        return shown(field, value, zone())

    def _read(self, field: Field, value: str) -> str:
        """A value of an input as people read it."""
        if field.kind == "checkbox":
            return _("yes") if value else _("no")
        options = (self._desk.options(field, value, "") or ([], False))[0] if field.reference else field.choices
        return dict(options).get(value, value)

    def _kept(self, fields: list[Field]) -> dict[str, str]:
        return {field.name: request.form.get(field.name, "").replace("\r\n", "\n") for field in fields}
