"""The pages: all settings by plugin, those of one plugin, and one's own."""

from __future__ import annotations

from typing import Any

from dihya_hookspecs.access import Access, Actor
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import ngettext
from dihya_hookspecs.settings import SettingLayers, SettingsStore
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Blueprint, redirect, request, url_for

from .api import api
from .inputs import Group, groups
from .reach import demand_person, demand_plugin
from .saving import Rejected, reset, save

blueprint = Blueprint("settings", __name__)


@blueprint.get("/")
@requires("settings:read")
def index() -> Any:
    """Every setting that people may change, its value, and where that comes from."""
    found = groups(get(SettingLayers), get(SettingsStore).kept())
    return get(Layout).page("settings/index.html", title=_("Settings"), groups=found, may_write=_may("settings:write"))


@blueprint.get("/of/<plugin>/")
@requires("settings:read")
def show(plugin: str) -> Any:
    """The settings of one plugin, to change or to read."""
    return _form(_of(plugin))


@blueprint.post("/of/<plugin>/")
@requires("settings:write", confirmed=True)
def change(plugin: str) -> Any:
    """Store what differs, or go back to a default."""
    return _change(_of(plugin), url_for("settings.show", plugin=plugin))


@blueprint.get("/mine/")
@requires("settings:own")
def mine() -> Any:
    """One's own settings, of all plugins."""
    person = demand_person()
    return _form(_own(person), person)


@blueprint.post("/mine/")
@requires("settings:own")
def choose() -> Any:
    """Store what differs for oneself, or go back to what counts for all."""
    person = demand_person()
    return _change(_own(person), url_for("settings.mine"), person)


def _of(plugin: str) -> list[Group]:
    demand_plugin(plugin)
    return groups(get(SettingLayers), get(SettingsStore).kept(), only=plugin)


def _own(person: Actor) -> list[Group]:
    return groups(get(SettingLayers), get(SettingsStore).kept(person.id), person)


def _may(permission: str) -> bool:
    return get(Access).decide(current().actor, permission).allowed


def _change(found: list[Group], here: str, person: Actor | None = None) -> Any:
    rows = {row.name: row for group in found for row in group.rows}
    try:
        if row := rows.get(request.form.get("reset", "")):
            reset(row, request.form, person)
            said = _("“%(label)s” is back to the default.", label=row.label)
        elif number := save(found, request.form, person):
            said = ngettext("%(count)s setting is saved.", "%(count)s settings are saved.", number)
        else:
            said = _("Nothing was changed.")
    except Rejected as rejected:
        current().undo()
        found = _own(person) if person else _of(found[0].plugin)
        return _form(found, person, rejected.faults, rejected.status)
    get(Layout).flash(said, "success")
    return redirect(here, 303)


def _form(
    found: list[Group], person: Actor | None = None, faults: dict[str, str] | None = None, status: int = 200
) -> Any:
    own = person is not None
    typed = request.form if faults else None
    return get(Layout).page(
        "settings/form.html", title=_("My settings") if own else found[0].title, status=status, groups=found, own=own,
        faults=faults or {}, typed=typed, may_write=own or _may("settings:write"),
    )  # fmt: skip


BLUEPRINTS = (blueprint, api)
