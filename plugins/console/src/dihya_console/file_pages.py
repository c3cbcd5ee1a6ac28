"""The pages of a resource that give and take files."""

from __future__ import annotations

import base64
from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import ngettext
from dihya_hookspecs.resources import tables
from dihya_hookspecs.ui import Layout
from flask import Response, request

from . import files
from .base_pages import BasePages
from .imports import carry_out
from .words import say

BODY = 2 * tables.LARGEST
"""A file comes as it is, or in Base64 with the question whether to keep it."""


class FilePages(BasePages):
    """Export, the file to fill in, and import."""

    def csv(self) -> Response:
        """The same records for a spreadsheet."""
        return self._file("csv", "text/csv; charset=utf-8")

    def xlsx(self) -> Response:
        """The same records as a workbook."""
        return self._file("xlsx", tables.XLSX)

    def template(self) -> Response:
        """An empty workbook whose first line names the fields, to be filled in and imported."""
        desk = self._desk
        file, _rows = files.written(desk, "xlsx", [field.label for field in desk.inputs()], iter(()))
        return self._sent(file, tables.XLSX, f"{desk.plugin}-{desk.resource.name}-new.xlsx")

    def bring(self) -> Response:
        """Show what each line of a file would add, then add all of them or none."""
        if request.method == "GET":
            return self._import()
        try:
            data = self._uploaded()
            outcome = carry_out(self._desk, tables.read(data), keep="keep" in request.form)
        except Invalid as error:
            current().undo()
            return self._import(error.status, problem=say(error))
        if outcome.kept:
            count = len(outcome.lines)
            get(Layout).flash(
                ngettext("%(count)s record was added.", "%(count)s records were added.", count), "success"
            )
            return self._go("")
        return self._import(422 if outcome.wrong else 200, outcome=outcome, data=base64.b64encode(data).decode())

    def _import(self, status: int = 200, *, problem: str = "", outcome: Any = None, data: str = "") -> Response:
        title = _("Import: %(what)s", what=self._desk.resource.title)
        return self._page("import", title, status, problem=problem, outcome=outcome, data=data)

    def _uploaded(self) -> bytes:
        """Return the file that is sent, or the one that was looked at a moment ago."""
        if file := request.files.get("file"):
            return file.read(tables.LARGEST + 1)
        try:
            return base64.b64decode(request.form.get("data", ""), validate=True)
        except ValueError as error:
            raise Invalid(_("choose a file")) from error

    def _file(self, kind: str, media_type: str) -> Response:
        desk = self._desk
        file, count = files.export(desk, self._query(), kind)
        current().record(f"{desk.plugin}.exported", object=desk.model.__tablename__, format=kind, rows=count)
        return self._sent(file, media_type, f"{desk.plugin}-{desk.resource.name}.{kind}")

    def _sent(self, file: Any, media_type: str, name: str) -> Response:
        response = Response(tables.chunks(file), content_type=media_type, direct_passthrough=True)
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Cache-Control"] = "no-store"
        response.call_on_close(file.close)
        return response
