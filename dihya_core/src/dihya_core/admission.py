"""Admission: which of the installed plugins run, in which order, with which settings."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from dihya_hookspecs import VERSION, Invalid, NotFound
from dihya_hookspecs.app import PluginChange, State
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from . import configuration
from .configuration import Configuration, Fault, suggest
from .core_settings import Core, Switches
from .discovery import Candidate, installed
from .dispatch import Dispatcher, PluginFault
from .house import House, Resident
from .ordering import Cycle, ordered
from .trips import Trips

log = logging.getLogger("dihya.core")


def build(
    path: Path | None = None,
    *,
    only: Iterable[str] | None = None,
    given: Mapping[str, Mapping[str, Any]] | None = None,
    overrides: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    plugins: Mapping[str, object] | None = None,
    safe_mode: bool = False,
    serving: bool = False,
) -> House:
    """Load the plugins as configured. Raises Invalid with one report when the configuration is wrong.

    Args:
        only: names of the only plugins to consider, for tests.
        plugins: further plugins in memory, name → module or namespace.
        safe_mode: load no plugin; list them all the same.
    """
    here = installed()
    candidates = {item.name: item for item in here if only is None or item.name in set(only)}
    if only is not None and (absent := set(only) - candidates.keys()):
        raise NotFound(f"not installed: {', '.join(sorted(absent))}")
    for name, module in (plugins or {}).items():
        package = getattr(module, "__name__", f"dihya_{name}")
        candidates[name] = Candidate(
            name, package, version="0", summary=(getattr(module, "__doc__", "") or "").strip(), module=module
        )
    known = {*candidates, *(item.name for item in here)}
    found = configuration.read(path, known, environ=environ, overrides=overrides, given=given)
    core = configuration.settle(Core, "dihya", found) or Core()
    switched = configuration.settle(Switches, "plugins", found) or Switches()
    _check_names(found, switched, candidates)
    data = (found.folder / core.data).resolve()
    house = House(found, core, switched, data, Dispatcher(), Trips(data, core.trip_after), {}, [], safe_mode, serving)
    house.dispatcher = Dispatcher(house.failed)
    house.residents = {name: Resident(item) for name, item in candidates.items()}
    _admit(house)
    return house


def _check_names(found: Configuration, switched: Switches, candidates: Mapping[str, Candidate]) -> None:
    for key in ("enable", "disable", "required"):
        said = found.sections.get("plugins", {}).get(key)
        for name in getattr(switched, key):
            if name not in candidates:
                source = said.source if said else "[plugins]"
                found.faults.append(
                    Fault(
                        source,
                        f"plugins.{key}",
                        "the name of an installed plugin",
                        repr(name),
                        suggest(name, candidates),
                    )
                )


def _admit(house: House) -> None:
    """Decide on each plugin, then import and register those that run, in order."""
    wanted = []
    for resident in house.residents.values():
        resident.state, resident.reason = _verdict(house, resident.candidate)
        if resident.state == "active":
            wanted.append(resident.candidate)
    wanted = _with_requirements(house, wanted)
    try:
        house.order = [item.name for item in ordered(wanted)]
    except Cycle as cycle:
        raise Invalid(
            f"plugins wait for each other: {cycle}; change 'after', 'before' or a dependency of one", code="cycle"
        ) from cycle
    # pluggy calls the last registered first; registering backwards makes the plan the calling order.
    for name in reversed(house.order):
        _move_in(house, house.residents[name])
    if not house.safe_mode:
        configuration.raise_faults(house.configuration)
    house.dispatcher.silence(set(house.trips.reasons))
    for name in house.switches.required:
        if not house.safe_mode and house.residents[name].state != "active":
            house.demand(name)


def _verdict(house: House, item: Candidate) -> tuple[State, str]:
    enable, disable = house.switches.enable, house.switches.disable
    if house.safe_mode:
        return "disabled", "safe mode"
    if item.name in disable:
        return "disabled", "listed in [plugins] disable"
    if enable and item.name not in enable and item.module is None:
        return "disabled", "not listed in [plugins] enable"
    if item.fault:
        return "quarantined", item.fault
    try:
        if item.contract and not SpecifierSet(item.contract).contains(VERSION):
            return (
                "incompatible",
                f"asks for dihya-hookspecs {item.contract}, this is {VERSION}; install a matching version",
            )
    except InvalidSpecifier:
        return "quarantined", f"asks for dihya-hookspecs {item.contract!r}, which is not a version range"
    return "active", ""


def _with_requirements(house: House, wanted: list[Candidate]) -> list[Candidate]:
    """Drop plugins whose requirements do not run, until nothing changes."""
    while True:
        names = {item.name for item in wanted}
        lacking = [(item, [need for need in item.requires if need not in names]) for item in wanted]
        gone = {item.name: needs for item, needs in lacking if needs}
        if not gone:
            return wanted
        for name, needs in gone.items():
            resident = house.residents[name]
            resident.state = "missing requirement"
            resident.reason = f"needs {', '.join(map(repr, needs))}, which does not run"
        wanted = [item for item in wanted if item.name not in gone]


def _move_in(house: House, resident: Resident) -> None:
    item, start = resident.candidate, perf_counter()
    try:
        resident.hooks = house.dispatcher.register(item.name, resident.module())
    except PluginFault as error:
        resident.state, resident.reason = "quarantined", str(error)
    except Exception as error:  # whatever a stranger's import may raise
        resident.state, resident.reason = "quarantined", f"cannot be imported: {type(error).__name__}: {error}"
    resident.milliseconds = (perf_counter() - start) * 1000
    if resident.state != "active":
        log.error("plugin %r is quarantined: %s", item.name, resident.reason)
        house.tell(PluginChange(item.name, "quarantined", resident.reason))
        return
    try:
        model = configuration.settings_model(item)
    except Exception as error:
        house.dispatcher.unregister(item.name)
        resident.state, resident.reason = "quarantined", f"its settings cannot be read: {type(error).__name__}: {error}"
        return
    if model is not None:
        resident.settings = configuration.settle(model, item.name, house.configuration)
    elif said := house.configuration.sections.get(item.name):
        key, value = next(iter(said.items()))
        house.configuration.faults.append(
            Fault(value.source, f"{item.name}.{key}", "nothing", repr(key), f"plugin {item.name!r} has no settings")
        )
