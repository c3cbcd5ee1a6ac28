"""Admission: which of the installed plugins run, in which order, with which settings."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from dihya_hookspecs import VERSION, NotFound
from dihya_hookspecs.app import PluginChange, State
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from . import configuration
from .configuration import Configuration, Fault
from .containment import contained, described
from .core_settings import TRUST, Core, Switches
from .discovery import Candidate, installed
from .dispatch import Dispatcher
from .house import House, Resident
from .ordering import Cycle, ordered
from .swapping import uninstalled
from .trips import Trips
from .watching import Watch

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
    early: Callable[[House], object] | None = None,
) -> House:
    """Load the plugins as configured. Raises Invalid with one report when the configuration is wrong.

    Args:
        only: names of the only plugins to consider, for tests.
        plugins: further plugins in memory, name → module or namespace.
        safe_mode: load no plugin; list them all the same.
        early: is called before any plugin is imported; when it returns something true, what is installed has changed.
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
    _check_names(found, switched, candidates if only is None else {**candidates, **{item.name: item for item in here}})
    found.warnings += [item.warning for item in candidates.values() if item.warning]
    data = (found.folder / core.data).resolve()
    house = House(found, core, switched, data, Dispatcher(), Trips(data, core.trip_after), {}, [], safe_mode, serving)
    house.dispatcher = Dispatcher(house.failed, Watch(data))
    found.pardon(uninstalled(data))
    house.residents = {name: Resident(item) for name, item in candidates.items()}
    if early is not None and early(house):
        return build(
            path,
            only=only,
            given=given,
            overrides=overrides,
            environ=environ,
            plugins=plugins,
            safe_mode=safe_mode,
            serving=serving,
        )
    _admit(house)
    return house


def _check_names(found: Configuration, switched: Switches, candidates: Mapping[str, Candidate]) -> None:
    """Report names in [plugins] that are not installed: near misses as mistakes, plugins that are gone as a warning."""
    for key in ("enable", "disable", "required", "accept_loss_of"):
        said = found.sections.get("plugins", {}).get(key)
        source = said.source if said else "[plugins]"
        for name in getattr(switched, key):
            if name not in candidates:
                found.absent(source, f"plugins.{key}", name, candidates)
    for name, lost in TRUST.items():
        if switched.enable and name in candidates and name not in [*switched.enable, *switched.accept_loss_of]:
            found.warnings.append(f"[plugins] enable leaves {name!r} out: {lost.en}")


def _admit(house: House) -> None:
    """Decide on each plugin, then import and register those that run, in order."""
    wanted = []
    for resident in house.residents.values():
        resident.state, resident.reason = _verdict(house, resident.candidate)
        if resident.state == "active":
            wanted.append(resident.candidate)
    house.order = [item.name for item in _in_order(house, wanted)]
    # pluggy calls the last registered first; registering backwards makes the plan the calling order.
    for name in reversed(house.order):
        _move_in(house, house.residents[name])
    if not house.safe_mode:
        configuration.raise_faults(house.configuration)
    for warning in house.configuration.warnings:
        log.warning("%s", warning)
    house.dispatcher.silence(set(house.trips.reasons))
    for name, resident in house.residents.items():
        if not house.safe_mode and resident.state != "active":
            house.demand(name)


def _verdict(house: House, item: Candidate) -> tuple[State, str]:
    enable, disable = house.switches.enable, house.switches.disable
    if house.safe_mode:
        return "disabled", "safe mode"
    if item.name in disable:
        return "disabled", "listed in [plugins] disable"
    if enable and item.name not in enable and item.module is None:
        return "disabled", f"[plugins] enable lets only these run: {', '.join(enable)}"
    if item.fault:
        return "quarantined", item.fault
    if item.distribution and not item.contract:
        return "quarantined", "requires no dihya-hookspecs; write 'dihya-hookspecs>=1,<2' into its dependencies"
    try:
        if item.contract and not SpecifierSet(item.contract).contains(VERSION):
            return (
                "incompatible",
                f"asks for dihya-hookspecs {item.contract}, this is {VERSION}; install a matching version",
            )
    except InvalidSpecifier:
        return "quarantined", f"asks for dihya-hookspecs {item.contract!r}, which is not a version range"
    return "active", ""


def _in_order(house: House, wanted: list[Candidate]) -> list[Candidate]:
    """Return the plugins that can run, in calling order; those that wait for each other are quarantined."""
    while True:
        wanted = _with_requirements(house, wanted)
        try:
            return ordered(wanted)
        except Cycle as cycle:
            out = {name for name in cycle.culprits if not house.required(name)} or cycle.culprits
            for name in sorted(out):
                resident = house.residents[name]
                resident.state = "quarantined"
                resident.reason = f"waits in a circle: {cycle}; change 'after', 'before' or a dependency of one"
                log.error("plugin %r is quarantined: %s", name, resident.reason)
            wanted = [item for item in wanted if item.name not in out]


def _with_requirements(house: House, wanted: list[Candidate]) -> list[Candidate]:
    """Drop plugins whose requirements do not run or are too old, until nothing changes."""
    while True:
        names = {item.name for item in wanted}
        lacking = {item.name: said for item in wanted if (said := _lacking(house, item, names))}
        if not lacking:
            return wanted
        for name, said in lacking.items():
            house.residents[name].state, house.residents[name].reason = "missing requirement", "; ".join(said)
        wanted = [item for item in wanted if item.name not in lacking]


def _lacking(house: House, item: Candidate, running: set[str]) -> list[str]:
    """Return what *item* requires and does not have, and what to do about it."""
    said = []
    for need in item.requires:
        resident, versions = house.residents.get(need), item.versions.get(need, "")
        package = f"dihya-{need.replace('_', '-')}{versions}"
        if resident is None:
            said.append(f"needs {need!r}, which is not installed; run 'pip install {package}'")
        elif need not in running:
            said.append(f"needs {need!r}, which does not run")
        elif not SpecifierSet(versions).contains(resident.candidate.version, prereleases=True):
            version = resident.candidate.version
            said.append(f"needs {package}, and {version} is installed; run \"pip install '{package}'\"")
    return said


def _move_in(house: House, resident: Resident) -> None:
    """Import and register a plugin and read its settings; whatever it does instead, it is quarantined alone."""
    item, start, seconds = resident.candidate, perf_counter(), house.core.start_seconds
    doing = "cannot be imported: "
    try:
        module = contained(resident.module, seconds=seconds)
        doing = ""
        resident.hooks = contained(house.dispatcher.register, item.name, module, seconds=seconds)
        doing = "its settings cannot be read: "
        model = contained(configuration.settings_model, item, seconds=seconds)
        if model is not None:
            resident.settings = contained(configuration.settle, model, item.name, house.configuration, seconds=seconds)
    except Exception as error:
        house.dispatcher.unregister(item.name)
        _quarantined(house, resident, f"{doing}{described(error, item.package)}", error)
        return
    finally:
        resident.milliseconds = (perf_counter() - start) * 1000
    said = house.configuration.sections.get(item.name)
    if model is None and said:
        key, value = next(iter(said.items()))
        fault = Fault(value.source, f"{item.name}.{key}", "nothing", repr(key), f"plugin {item.name!r} has no settings")
        house.configuration.wrong.setdefault(item.name, []).append(fault)
    if wrong := house.configuration.wrong.get(item.name):
        house.dispatcher.unregister(item.name)
        _quarantined(house, resident, f"its settings are wrong: {'; '.join(map(str, wrong))}")


def _quarantined(house: House, resident: Resident, reason: str, error: Exception | None = None) -> None:
    name = resident.candidate.name
    resident.state, resident.reason = "quarantined", reason
    log.error("plugin %r is quarantined: %s", name, reason)
    if error is not None:
        log.debug("traceback of %r", name, exc_info=error)
    house.tell(PluginChange(name, "quarantined", reason))
