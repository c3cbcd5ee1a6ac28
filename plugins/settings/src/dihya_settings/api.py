"""``/api/v1/settings``: what the pages show and change, for programs, with the same rights and rules."""

from __future__ import annotations

from typing import Any

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.access import Actor
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.settings import SettingLayers, SettingsStore
from dihya_hookspecs.web import PATCH_TYPES, accepts, demand_match, json_object, requires
from flask import Blueprint, Response, jsonify, request
from pydantic import RootModel

from .answers import Everything, Settings, told, version
from .patching import patch
from .reach import demand_person, demand_plugin

api = Blueprint("settings_api", __name__)
BYTES = 256 * 1024


class Changes(RootModel[dict[str, Any]]):
    """Field → value; ``null`` goes back to the default. What is not named stays as it is (RFC 7396)."""


class OwnChanges(RootModel[dict[str, dict[str, Any]]]):
    """Plugin → field → value; ``null`` goes back to what counts for all. What is not named stays as it is (RFC 7396)."""


@api.get("")
@requires("settings:read")
def everything() -> Any:
    """Every setting that people may change, its value, and where that comes from."""
    found = told(get(SettingLayers), get(SettingsStore).kept())
    return jsonify(Everything(items=found).model_dump(mode="json"))


@api.get("/of/<plugin>")
@requires("settings:read")
def show(plugin: str) -> Any:
    """The settings of one plugin, with ``ETag``."""
    return _tagged(_of(plugin))


@api.patch("/of/<plugin>")
@requires("settings:write", confirmed=True)
@accepts(max_body=BYTES, fields=2000)
def change(plugin: str) -> Any:
    """Change some settings of a plugin, all or none; ``If-Match`` guards against overwriting."""
    found, wanted = _of(plugin), json_object(request, PATCH_TYPES)
    patch(plugin, wanted, _versions([found], demand_match(request, version(found))))
    current().keep()  # it counts with the commit, and the answer says what counts
    return _tagged(_of(plugin))


@api.get("/mine")
@requires("settings:own")
def mine() -> Any:
    """My own settings, of all plugins, with ``ETag``."""
    return _all_tagged(_own(demand_person()))


@api.patch("/mine")
@requires("settings:own")
@accepts(max_body=BYTES, fields=2000)
def choose() -> Any:
    """Change some of my own settings, all or none; ``If-Match`` guards against overwriting."""
    person = demand_person()
    found, wanted = _own(person), json_object(request, PATCH_TYPES)
    known = _versions(found, demand_match(request, _latest(found)))
    for plugin, values in wanted.items():
        if not isinstance(values, dict):
            raise Invalid(_("the settings cannot be saved"), flaws=[Flaw(f"/{plugin}", _("must be an object"), "type")])
        patch(plugin, values, known, person.id, f"/{plugin}")
    current().keep()
    return _all_tagged(_own(person))


def _of(plugin: str) -> Settings:
    demand_plugin(plugin)
    (found,) = told(get(SettingLayers), get(SettingsStore).kept(), only=plugin)
    return found


def _own(person: Actor) -> list[Settings]:
    store = get(SettingsStore)
    return told(get(SettingLayers), store.kept(), person, store.kept(person.id))


def _versions(found: list[Settings], matched: bool) -> dict[str, int] | None:
    """Return the version of each setting that was read, where the caller said that it must be that one."""
    return {one.name: one.version for group in found for one in group.settings} if matched else None


def _latest(found: list[Settings]) -> int:
    return max(map(version, found), default=0)


def _tagged(found: Settings) -> Response:
    answer = jsonify(found.model_dump(mode="json"))
    answer.set_etag(str(version(found)))
    return answer


def _all_tagged(found: list[Settings]) -> Response:
    answer = jsonify(Everything(items=found).model_dump(mode="json"))
    answer.set_etag(str(_latest(found)))
    return answer


everything.dihya_answer = mine.dihya_answer = choose.dihya_answer = Everything
show.dihya_answer = change.dihya_answer = Settings
change.dihya_body, choose.dihya_body = Changes, OwnChanges
