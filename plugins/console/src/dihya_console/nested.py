"""A record that does not exist yet, entered inside the form of one that refers to it: both are saved in one act, or neither."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.i18n import gettext as _

from .faults import every_fault
from .forms import Field
from .inputs import parse, zone
from .records import Desk
from .words import faults_of

NOBODY = str(uuid.UUID(int=0))
"""Stands for the record that will be made, while the rest of the form is looked at."""


@dataclass(frozen=True, slots=True)
class Nested:
    """The inputs of a new record inside another form.

    Attributes:
        reference: the field that refers to it.
        fields: its inputs; their names begin with the reference's.
    """

    reference: Field
    desk: Desk
    fields: tuple[Field, ...]

    @property
    def title(self) -> str:
        """What the button and the group of inputs say."""
        return _("New %(what)s", what=self.desk.resource.singular)

    def parsed(self, sent: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the values of the new record, and what is wrong with each of its inputs."""
        values, faults = parse(self.desk.resource.form, self.desk.inputs(), self._own(sent), zone())
        return values, self._named(faults)

    def every_fault(self, sent: Mapping[str, str], faults: Mapping[str, str]) -> dict[str, str]:
        """Return *faults*, by input, with everything else that is wrong with the new record."""
        known = {name.removeprefix(self._prefix): text for name, text in faults.items()}
        return self._named(every_fault(self.desk, self.desk.inputs(), self._own(sent), known))

    def added(self, values: dict[str, Any]) -> tuple[Any, dict[str, str]]:
        """Add the record and return it, or what is wrong with it."""
        try:
            return self.desk.service.add(values), {}
        except Invalid as error:
            return None, self._named(faults_of(error, {field.name for field in self.desk.inputs()}))

    def _own(self, sent: Mapping[str, str]) -> dict[str, str]:
        return {name.removeprefix(self._prefix): text for name, text in sent.items() if name.startswith(self._prefix)}

    @property
    def _prefix(self) -> str:
        return f"{self.reference.name}."

    def _named(self, faults: Mapping[str, str]) -> dict[str, str]:
        return {f"{self._prefix}{name}": text for name, text in faults.items()}


def bare(field: Field) -> Field:
    """Return an input by the name that its own resource gives it."""
    return replace(field, name=field.name.rpartition(".")[2])


def nested_in(desk: Desk, fields: list[Field]) -> dict[str, Nested]:
    """Return what the actor may enter inside the form, by the field that refers to it."""
    found = {}
    for field in fields:
        other = desk.other(field.name) if field.reference else None
        if other and other.may(other.resource.write):
            named = tuple(replace(each, name=f"{field.name}.{each.name}") for each in other.inputs())
            found[field.name] = Nested(field, other, named)
    return found
