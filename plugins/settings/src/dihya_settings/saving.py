"""What a form of settings asks for: which values differ, and what is wrong with which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.access import Actor
from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.settings import SettingLayers, SettingsStore

from .inputs import ABSENT, Group, Row, latest, sent


class Rejected(Exception):
    """The form cannot be saved; what is wrong, by setting.

    Attributes:
        status: 422, or 409 where somebody else was faster.
    """

    def __init__(self, faults: Mapping[str, str], status: int = 422) -> None:
        super().__init__("the form cannot be saved")
        self.faults, self.status = dict(faults), status


def save(found: Sequence[Group], form: Mapping[str, str], person: Actor | None = None) -> int:
    """Store what differs from what counts now; return how many settings that are. Raises Rejected: nothing is stored then."""
    faults: dict[str, str] = {}
    wanted: list[tuple[Row, Any, Mapping[str, Any]]] = []
    for group in found:
        values = {row: value for row in group.rows if not row.said and (value := sent(row, form)) is not ABSENT}
        named = {row.name.partition(".")[2]: value for row, value in values.items()}
        try:
            checked = get(SettingLayers).check(group.plugin, named)
        except Invalid as error:
            faults |= _faults(group, error)
        else:
            changed = {row: value for row, value in values.items() if _differs(group, row, checked, person)}
            wanted += [(row, value, named) for row, value in changed.items()]
    if faults:
        raise Rejected(faults)
    for row, value, beside in wanted:
        _store(row, value, form, person, beside)
    return len(wanted)


def reset(row: Row, form: Mapping[str, str], person: Actor | None = None) -> None:
    """Go back to the default of one setting. Raises Rejected."""
    whose = person.id if person else None
    try:
        get(SettingsStore).unset(row.name, version=_version(row, form), person=whose)
    except Invalid as error:
        raise _rejected(row, error) from error


def _store(row: Row, value: Any, form: Mapping[str, str], person: Actor | None, beside: Mapping[str, Any]) -> None:
    whose = person.id if person else None
    try:
        get(SettingsStore).set(row.name, value, version=_version(row, form), person=whose, beside=beside)
    except Invalid as error:
        raise _rejected(row, error) from error


def _version(row: Row, form: Mapping[str, str]) -> int:
    text = form.get(f"version.{row.name}", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0


def _differs(group: Group, row: Row, checked: Any, person: Actor | None) -> bool:
    layers, name = get(SettingLayers), row.name.partition(".")[2]
    if row.kind == "password":
        return True
    now = layers.of(type(checked), person) if person else latest(layers, group.plugin)
    return bool(getattr(checked, name) != getattr(now, name)) or bool(row.misfit)


def _rejected(row: Row, error: Invalid) -> Rejected:
    if error.code == "setting-stale":
        said = _("%(name)s changed this meanwhile. Look at the value, then save again.", name=error.params["name"])
        return Rejected({row.name: said}, 409)
    if error.status == 409:
        return Rejected({row.name: _("The operator has set this; it cannot be changed here.")}, 409)
    return Rejected({row.name: _sentence("; ".join(flaw.detail for flaw in error.flaws) or error.message)})


def _faults(group: Group, error: Invalid) -> dict[str, str]:
    """Return the flaws by setting; one that is about no single field stands by the group."""
    names = {row.name for row in group.rows}
    found: dict[str, str] = {}
    for flaw in error.flaws:
        parts = flaw.pointer.split("/")
        name = f"{group.plugin}.{parts[1]}" if len(parts) > 1 else ""
        found.setdefault(name if name in names else group.plugin, _sentence(flaw.detail))
    return found


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"
