"""Several settings of a plugin changed at once, as a program asks for it: all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from dihya_hookspecs import Flaw, Invalid, NotFound
from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.settings import Kept, Section, SettingLayers, SettingsStore, is_secret

from .changing import checked, default_of, demand


def patch(
    plugin: str,
    wanted: Mapping[str, Any],
    versions: Mapping[str, int] | None = None,
    person: str | None = None,
    at: str = "",
) -> None:
    """Store each value, or go back to the default for None.

    Args:
        versions: of each setting, where another one means that somebody else was faster.
        at: where *wanted* stands in the body, as a JSON pointer.

    Raises:
        Invalid: 422 with a flaw for each value that does not fit and each name that is none; 409: the operator said one of
            them, or somebody else was faster. The act is undone, so that nothing is stored then.
    """
    values, fields, flaws = {}, {}, []
    for name, value in wanted.items():
        try:
            section, field = fields[name] = demand(f"{plugin}.{name}", person)
        except NotFound:
            flaws.append(Flaw(f"{at}/{name}", _("is no setting that can be changed here"), "unknown"))
        else:
            values[name] = default_of(section, field) if value is None else value
    if values:
        flaws += _flaws(at, partial(get(SettingLayers).check, plugin, values))
    if not flaws:
        for name in values:
            flaws += _flaws(at, partial(checked, *fields[name], values[name], values))
    if flaws:
        raise Invalid(_("the settings cannot be saved"), flaws=flaws)
    store = get(SettingsStore)
    kept = store.kept(person)
    for name in values:
        setting = f"{plugin}.{name}"
        version = None if versions is None else versions.get(setting, 0)
        if wanted[name] is None:
            store.unset(setting, version=version, person=person)
        elif not _same(kept.get(setting), *fields[name], values):
            store.set(setting, values[name], version=version, person=person, beside=values)


def _same(kept: Kept | None, section: Section, name: str, values: Mapping[str, Any]) -> bool:
    """Tell whether this value is stored already; of a secret nobody can tell."""
    if kept is None or not kept.kept or is_secret(section.model, name):
        return False
    return bool(kept.value == checked(section, name, values[name], values))


def _flaws(at: str, check: Callable[[], object]) -> list[Flaw]:
    """Return what a check finds wrong, at its place in the body."""
    try:
        check()
    except Invalid as error:
        return [replace(flaw, pointer=f"{at}{flaw.pointer}") for flaw in error.flaws]
    return []
