"""The forms of a resource: for a record that does not exist yet, and for one that does."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import Layout
from flask import Response, request

from .base_pages import BasePages
from .faults import every_fault
from .forms import Field
from .inputs import EMPTY, parse, shown, zone
from .nested import NOBODY, Nested, bare, nested_in
from .records import Desk
from .words import faults_of

_DAYS = ("date", "datetime-local")
"""What a link to a new record may say beside references: an agenda adds on a day."""
_TURNING = frozenset({"find", "open", "close"})
"""Buttons that change the form and save nothing."""


class FormPages(BasePages):
    """Adding and changing the records of one resource."""

    def new(self) -> Response:
        """The form for a record that does not exist yet."""
        desk, fields = self._desk, self._desk.inputs()
        if request.method == "GET":
            return self._form(fields, {field.name: self._shown(field, self._first(field)) for field in fields})
        if _TURNING & request.form.keys():
            return self._form(fields, self._kept(fields))
        values, faults, made = self._submitted(fields)
        if not faults:
            try:
                record = desk.service.add(values)
            except Invalid as error:
                faults = self._every(fields, faults_of(error, {field.name for field in fields}))
            else:
                self._tell_added(*made, desk.caption(record))
                return self._go_to(record.id)
        current().undo()
        return self._form(fields, self._kept(fields), faults=faults, status=422)

    def edit(self, id: uuid.UUID) -> Response:
        """The form for a record that exists."""
        desk, fields = self._desk, self._desk.inputs()
        record = (desk.service.consult if request.method == "GET" else desk.service.get)(id)
        desk.service.permitted("change", record)
        now = {field.name: self._shown(field, getattr(record, field.name, None)) for field in fields}
        if request.method == "GET":
            return self._form(fields, now, record=record, version=record.version)
        version = request.form.get("version", type=int)
        if _TURNING & request.form.keys():
            return self._form(fields, self._kept(fields), record=record, version=version)
        locked = self._locked(record)
        values, faults, made = self._submitted(fields, locked, id)
        if not faults:
            try:
                desk.service.change(id, values, version)
            except Invalid as error:
                if error.code == "stale":
                    current().undo()
                    return self._stale(fields, desk.service.get(id))
                known = faults_of(error, {field.name for field in fields})
                faults = self._every(fields, known, locked, id)
            else:
                self._tell_added(*made)
                get(Layout).flash(_("Your changes are saved."), "success")
                return self._go_to(id)
        current().undo()
        record = desk.service.get(id)
        return self._form(fields, self._kept(fields), record=record, version=version, faults=faults, status=422)

    def _tell_added(self, *names: str) -> None:
        for name in names:
            get(Layout).flash(_("“%(name)s” was added.", name=name), "success")

    def _submitted(
        self, fields: list[Field], kept: Mapping[str, Any] = EMPTY, id: uuid.UUID | None = None
    ) -> tuple[dict[str, Any], dict[str, str], list[str]]:
        """Return the values that were sent, what is wrong with each field, and the names of records that were entered inside.

        They are added as soon as nothing is wrong; whoever refuses the whole later undoes the act.
        """
        inside = self._inside(fields)
        entered = {name: nested.parsed(request.form) for name, nested in inside.items()}
        sent = {**request.form.to_dict(), **dict.fromkeys(inside, NOBODY)}
        values, faults = parse(self._desk.resource.form, fields, sent, zone(), kept)
        if faults or any(wrong for _values, wrong in entered.values()):
            faults = self._every(fields, faults, kept, id)
            for name, nested in inside.items():
                faults |= nested.every_fault(request.form, entered[name][1])
            return values, faults, []
        made = []
        for name, nested in inside.items():
            added, wrong = nested.added(entered[name][0])
            if wrong:
                return values, self._every(fields, {}, kept, id) | nested.every_fault(request.form, wrong), []
            values[name] = type(values[name])(str(added.id))
            made.append(nested.desk.caption(added))
        return values, faults, made

    def _every(
        self, fields: list[Field], faults: Mapping[str, str], kept: Mapping[str, Any] = EMPTY, id: uuid.UUID | None = None
    ) -> dict[str, str]:  # fmt: skip
        """Return the faults with everything else that is wrong in what was sent, but for records that are entered inside.

        What was written so far is undone: the form is refused, and a database that has refused answers nothing before.
        """
        current().undo()
        sent = {**request.form.to_dict(), **dict.fromkeys(self._inside(fields), NOBODY)}
        record = self._desk.service.get(id) if id else None
        return every_fault(self._desk, fields, sent, faults, kept, record)

    def _inside(self, fields: list[Field]) -> dict[str, Nested]:
        """The records that are being entered inside this form, by the field that refers to them."""
        names = {*request.form.getlist("with"), request.form.get("open", "")} - {request.form.get("close", "")}
        return {name: nested for name, nested in nested_in(self._desk, fields).items() if name in names}

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
            _("Change “%(name)s”", name=name) if record is not None else _("New %(what)s", what=desk.resource.singular)
        )
        inside, faults = self._inside(fields), faults or {}
        values = values | {field.name: self._entered(field) for nested in inside.values() for field in nested.fields}
        asked = [(desk, field) for field in fields] + [
            (nested.desk, field) for nested in inside.values() for field in nested.fields
        ]
        references = [(where, field) for where, field in asked if field.reference]
        general = [text for key, text in faults.items() if key not in values]
        return self._page(
            "form", title, status=status, record=record, name=name, fields=fields, values=values, version=version,
            faults=faults, general=general, conflicts=conflicts, stale=conflicts is not None, every=[field for _where, field in asked],
            options={field.name: self._options(where, field, values) for where, field in references if field.name not in inside},
            offers={field.name: self._offer(where, field) for where, field in references},
            sought={field.name: request.form.get(f"{field.name}__find", "") for _where, field in references},
            inside=inside, possible=nested_in(desk, fields), opened=request.form.get("open", ""),
        )  # fmt: skip

    def _entered(self, field: Field) -> str:
        """What stands in an input of a record inside the form: its default, when it was just opened."""
        just = request.form.get("open", "") == field.name.partition(".")[0]
        return self._shown(field, field.default) if just else self._kept([field])[field.name]

    def _offer(self, desk: Desk, field: Field) -> str:
        """The address that finds the records of a reference while one types; empty where words find none."""
        other = desk.other(bare(field).name)
        return f"{request.script_root}{other.path}names" if other and other.service.search else ""

    def _options(self, desk: Desk, field: Field, values: dict[str, str]) -> Any:
        query = request.form.get(f"{field.name}__find", "").strip()
        return desk.options(bare(field), values.get(field.name, ""), query)

    def _first(self, field: Field) -> Any:
        """What stands in a new form: what the link said, otherwise the default."""
        return request.args.get(field.name, field.default) if field.reference or field.kind in _DAYS else field.default

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
