"""Every fault of a form in one go: what is wrong with single fields, and what rules say of those that are right by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.resources.flaws import flaws_of

from .forms import Field
from .inputs import EMPTY, alone, zone
from .records import Desk
from .words import faults_of


def every_fault(
    desk: Desk, fields: list[Field], sent: Mapping[str, str], faults: Mapping[str, str],
    kept: Mapping[str, Any] = EMPTY, record: Any = None,
) -> dict[str, str]:  # fmt: skip
    """Return *faults*, by field, with what else is wrong in what was sent; nothing is written.

    Args:
        faults: what is known already; it stands first, and no rule that looks at one of these fields is asked.
        kept: what the record says in fields that the form does not have.
        record: the record that would be changed; None for a new one.
    """
    sound = [field for field in fields if field.name not in faults]
    values, _wrong = alone(desk.resource.form, sound, sent, zone())
    defaults = {field.name: field.default for field in sound if field.default is not None}
    known = frozenset(name for name in faults if name)
    flaws = flaws_of(desk.service, {**defaults, **kept, **values}, apart=known, record=record)
    told = faults_of(Invalid("", flaws=flaws), {field.name for field in fields}) if flaws else {}
    return {**told, **faults}
