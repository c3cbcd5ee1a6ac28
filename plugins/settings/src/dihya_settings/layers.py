"""Layers of settings: what the operator said counts; where they said nothing, the default and what people stored above it."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from dihya_hookspecs import Flaw, Invalid, NotFound
from dihya_hookspecs.access import Actor
from dihya_hookspecs.acts import get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import Configured, Editable, Section, SettingsStore, editable_fields, is_secret

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

log = logging.getLogger("dihya.settings")
_M = TypeVar("_M", bound="BaseModel")
Stored = Mapping[str, Mapping[str, Any]]
MOST = 4096
"""People whose settings are kept ready."""


class Layers:
    """Implements ``dihya_hookspecs.settings.SettingLayers`` for one application.

    What is stored is asked for once, when somebody first reads settings of which some are editable. While it is asked
    for, everybody reads what the operator said: that is how the database itself is opened.

    Args:
        store: keeps what people changed.
    """

    def __init__(self, store: SettingsStore) -> None:
        self._store = store
        self._asking, self._laying = threading.RLock(), threading.Lock()
        self._asked = self._busy = False
        self._plugins: dict[type, str] = {}
        self._stored: Stored = {}
        self._first: Stored | None = None
        self._counts: dict[str, BaseModel] = {}
        self._misfits: dict[str, dict[str, str]] = {}
        self._chosen: dict[tuple[str, str], tuple[object, object, BaseModel]] = {}

    def sections(self) -> dict[str, Section]:
        """The active plugins that have editable settings, by name."""
        self._ask()
        return {name: self._section(name, one) for name, one in _configured().items() if _editable(one)}

    def current(self, plugin: str) -> BaseModel:
        """The settings of a plugin as they count now, for the application."""
        if not self._asked:
            self._ask()
        return self._counts.get(plugin) or self.default(plugin)

    def default(self, plugin: str) -> BaseModel:
        """The settings of a plugin as the operator and the defaults say them."""
        return _of(plugin).settings

    def of(self, model: type[_M], actor: Actor | None) -> _M:
        """The settings of the plugin whose model this is, as they count for *actor*."""
        plugin = self._plugin(model)
        shared = self.current(plugin)
        if not self._asked or actor is None or actor.kind not in ("person", "key"):
            return shared  # type: ignore[return-value]
        chosen = self._choices(actor.id).get(plugin)
        if not chosen:
            return shared  # type: ignore[return-value]
        known = self._chosen.get((plugin, actor.id))
        if known is None or known[0] is not shared or known[1] is not chosen:
            if len(self._chosen) >= MOST:
                self._chosen = {}
            configured = _of(plugin)
            fields = {name for name, mark in _editable(configured).items() if mark.personal} - configured.locked.keys()
            ground = {**configured.values, **self._wanted(plugin, configured)}
            fitting, _ = _fit(configured, {name: chosen[name] for name in fields & chosen.keys()}, ground)
            known = self._chosen[plugin, actor.id] = (shared, chosen, fitting)
        return known[2]  # type: ignore[return-value]

    def _choices(self, person: str) -> Stored:
        """Return what a person chose; nothing while that is out of reach, so that an answer about it can be given."""
        try:
            return self._store.chosen(person)
        except Exception as error:
            log.warning("what people chose cannot be read: %s", type(error).__name__)
            return {}

    def check(self, plugin: str, values: Mapping[str, Any]) -> BaseModel:
        """Return the settings with some values in the place of what is stored. Raises Invalid."""
        from pydantic import ValidationError

        configured = _of(plugin)
        model, stored = type(configured.settings), _allowed(plugin, configured, self._stored)
        ground = {name: value for name, value in stored.items() if name not in self._misfits.get(plugin, {})}
        try:
            return model.model_validate({**configured.values, **ground, **values})
        except ValidationError as error:
            found = _flaws(model, error)
            raise Invalid(f"this does not fit the settings of {plugin!r}", code="setting", flaws=found) from None

    def lay(self, stored: Stored) -> None:
        """Take what is stored for the application. What is read at the start only stays as it was then."""
        with self._laying:
            if self._first is None:
                self._first = stored
            self._stored = stored
            for plugin, configured in _configured().items():
                if _editable(configured):
                    self._lay(plugin, configured)

    def _plugin(self, model: type[BaseModel]) -> str:
        """Return the plugin whose settings these are."""
        if model not in self._plugins:
            self._plugins |= {type(one.settings): name for name, one in _configured().items()}
        return self._plugins[model]

    def _lay(self, plugin: str, configured: Configured) -> None:
        before = self._misfits.get(plugin, {})
        self._misfits[plugin] = {}
        counts, misfits = _fit(configured, self._wanted(plugin, configured), configured.values)
        if misfits and misfits != before:
            log.warning("stored settings of %r do not fit and are left out: %s", plugin, ", ".join(sorted(misfits)))
        self._counts[plugin], self._misfits[plugin] = counts, misfits

    def _wanted(self, plugin: str, configured: Configured) -> dict[str, Any]:
        """Return the stored values that shall count, those of the start where a field is read at the start only."""
        first = _allowed(plugin, configured, self._first or {})
        latest = _allowed(plugin, configured, self._stored)
        found: dict[str, Any] = {}
        for name, mark in _editable(configured).items():
            source = first if mark.restart else latest
            if name in source and name not in self._misfits.get(plugin, {}):
                found[name] = source[name]
        return found

    def _section(self, plugin: str, configured: Configured) -> Section:
        model, fields = type(configured.settings), _editable(configured)
        stored, first = self._stored.get(plugin, {}), (self._first or {}).get(plugin, {})
        waiting = {n for n, mark in fields.items() if mark.restart and stored.get(n) != first.get(n)}
        title = getattr(sys.modules.get(model.__module__), "TITLE", None)
        name = plugin.replace("_", " ").capitalize()
        return Section(
            plugin, title if isinstance(title, Text) else Text(name, name), model, fields, configured.locked,
            self._misfits.get(plugin, {}), frozenset(waiting),
        )  # fmt: skip

    def _ask(self) -> None:
        """Read what is stored, once; others wait meanwhile, and whoever opens the database for it does not."""
        with self._asking:
            if self._asked or self._busy:
                return
            self._busy = True
            try:
                self._store.follow()
            except Exception as error:  # what the operator said counts, until the database is in reach
                log.warning("stored settings cannot be read: %s", type(error).__name__)
                log.debug("why stored settings cannot be read", exc_info=error)
            finally:
                self._asked, self._busy = True, False
                self._first = self._first or {}  # what was out of reach at the start counts from the next one on


def _configured() -> Mapping[str, Configured]:
    return get(Plugins).configured()


def _of(plugin: str) -> Configured:
    if (found := _configured().get(plugin)) is None:
        raise NotFound(f"no active plugin {plugin!r} has settings")
    return found


def _editable(configured: Configured) -> dict[str, Editable]:
    return editable_fields(type(configured.settings))


def _allowed(plugin: str, configured: Configured, stored: Stored) -> dict[str, Any]:
    """Return of what is stored for a plugin the fields that are editable, and about which the operator said nothing."""
    said, fields = configured.locked, _editable(configured)
    return {name: value for name, value in stored.get(plugin, {}).items() if name in fields and name not in said}


def _fit(
    configured: Configured, wanted: Mapping[str, Any], ground: Mapping[str, Any]
) -> tuple[BaseModel, dict[str, str]]:
    """Return the settings with the wanted values that fit, above *ground*, and why the others do not."""
    from pydantic import ValidationError

    model = type(configured.settings)
    try:
        return model.model_validate({**ground, **wanted}), {}
    except ValidationError:
        taken, misfits = dict(ground), {}
    for name, value in sorted(wanted.items()):
        try:
            model.model_validate({**taken, name: value})
        except ValidationError as error:
            misfits[name] = "; ".join(flaw.detail for flaw in _flaws(model, error))
        else:
            taken[name] = value
    return model.model_validate(taken), misfits


def _flaws(model: type[BaseModel], error: ValidationError) -> list[Flaw]:
    """Return what is wrong, without the words of a validator where they could quote a secret."""
    from dihya_hookspecs.resources.sentences import MISFIT, flaws

    found = flaws(error.errors(include_url=False, include_input=False))
    names = [flaw.pointer.split("/")[1] if flaw.pointer else "" for flaw in found]
    hidden = {name for name in names if name in model.model_fields and is_secret(model, name)}
    return [
        replace(flaw, detail=str(MISFIT)) if name in hidden else flaw for name, flaw in zip(names, found, strict=True)
    ]
