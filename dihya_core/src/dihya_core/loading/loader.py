"""Admission: which of the installed plugins run, in which order, with which settings."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import VERSION, NotFound
from dihya_hookspecs.app import PluginChange, State
from dihya_hookspecs.settings import check_editable
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from dihya_core.hooks.caller import HookCaller
from dihya_core.hooks.circuit_breaker import CircuitBreaker
from dihya_core.hooks.containment import contained, described
from dihya_core.hooks.monitor import HookMonitor
from dihya_core.loading.conventions import hookspecs_of
from dihya_core.loading.discovery import Candidate, installed
from dihya_core.loading.judging import judge
from dihya_core.loading.loaded import LoadedPlugin
from dihya_core.loading.memory import uninstalled
from dihya_core.loading.ordering import Cycle, ordered
from dihya_core.runtime import Runtime
from dihya_core.settings import configuration, distributed, reading
from dihya_core.settings.configuration import Configuration, Fault
from dihya_core.settings.core_settings import TRUST, Core, Toggles

if TYPE_CHECKING:
    from pydantic import BaseModel

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
    early: Callable[[Runtime], object] | None = None,
) -> Runtime:
    """Load the plugins as configured. Raises Invalid with one report when the configuration is wrong.

    Args:
        only: names of the only plugins to consider, for tests.
        plugins: further plugins in memory, name → module or namespace.
        safe_mode: load no plugin but those that repair; list them all the same.
        early: is called before any plugin is imported; when it returns something true, what is installed has changed.
    """

    def unloaded() -> Runtime:
        here = installed()
        candidates = _candidates(here, only, plugins or {})
        known = {*candidates, *(item.name for item in here)}
        said = distributed.installed()
        found = reading.read(path, known, environ=environ, overrides=overrides, given=given, distribution=said)
        runtime = _unloaded(found, candidates, safe_mode, serving)
        there = candidates if only is None else {**candidates, **{item.name: item for item in here}}
        _check_names(found, runtime.switches, there)
        found.warnings += [item.warning for item in candidates.values() if item.warning]
        found.pardon(uninstalled(runtime.data))
        return runtime

    runtime = unloaded()
    if early is not None and early(runtime):
        runtime = unloaded()
    _admit(runtime)
    runtime.phase = "loaded"
    return runtime


def _candidates(
    here: Sequence[Candidate], only: Iterable[str] | None, plugins: Mapping[str, object]
) -> dict[str, Candidate]:
    """Return which plugins are considered: those that are installed, or some of them, and those in memory."""
    wanted = None if only is None else set(only)
    candidates = {item.name: item for item in here if wanted is None or item.name in wanted}
    if wanted is not None and (absent := wanted - candidates.keys()):
        raise NotFound(f"not installed: {', '.join(sorted(absent))}")
    for name, module in plugins.items():
        package = getattr(module, "__name__", f"dihya_{name}")
        candidates[name] = Candidate(
            name, package, version="0", summary=(getattr(module, "__doc__", "") or "").strip(), module=module
        )
    return candidates


def _unloaded(found: Configuration, candidates: Mapping[str, Candidate], safe_mode: bool, serving: bool) -> Runtime:
    """Return the runtime of these settings, in which no plugin is imported yet."""
    core = configuration.validated(Core, "dihya", found) or Core()
    switched = configuration.validated(Toggles, "plugins", found) or Toggles()
    data = (found.folder / core.data).resolve()
    caller = HookCaller(lambda plugin, hook, error: runtime.failed(plugin, hook, error), HookMonitor(data))
    breaker = CircuitBreaker(data, core.trip_after, monitor=caller.monitor, silence=caller.silence)
    plugins = {name: LoadedPlugin(item) for name, item in candidates.items()}
    runtime = Runtime(found, core, switched, data, caller, breaker, plugins, [], safe_mode, serving)
    caller.states = lambda: {name: loaded.state for name, loaded in plugins.items()}
    strangers = {name for name, item in candidates.items() if item.module is None} - set(TRUST)
    caller.may_lead = lambda name: name not in strangers
    return runtime


def _check_names(found: Configuration, switched: Toggles, candidates: Mapping[str, Candidate]) -> None:
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


def _admit(runtime: Runtime) -> None:
    """Decide on each plugin, then import and register those that run, in order."""
    judge(runtime, lambda item: verdict(runtime, item)[0] == "active")
    wanted = []
    for loaded in runtime.plugins.values():
        loaded.state, loaded.reason = verdict(runtime, loaded.candidate)
        if loaded.state == "active":
            wanted.append(loaded.candidate)
    runtime.order = [item.name for item in _in_order(runtime, wanted)]
    for name in reversed(runtime.order):
        _import(runtime, runtime.plugins[name])
    for name in sorted(runtime.order, key=runtime.rank):
        _publish(runtime, runtime.plugins[name])
    # pluggy calls the last registered first; registering backwards makes the plan the calling order.
    for name, found in reversed(_agreeing(runtime).items()):
        add = partial(runtime.hook_caller.register, found=found)
        runtime.plugins[name].hooks = _attempt(runtime, runtime.plugins[name], "", add) or ()
    if not runtime.safe_mode:
        configuration.raise_faults(runtime.configuration)
    outdated = [line for name in runtime.order for line in runtime.hook_caller.outdated.get(name, ())]
    for warning in [*runtime.configuration.warnings, *outdated]:
        log.warning("%s", warning)
    runtime.hook_caller.freeze()
    for name, loaded in runtime.plugins.items():
        if not runtime.safe_mode and loaded.state != "active":
            runtime.ensure_dispensable(name)


def verdict(runtime: Runtime, item: Candidate) -> tuple[State, str]:
    """Return the state that the configuration and the package's metadata give a plugin, and why."""
    enable, disable = runtime.switches.enable, runtime.switches.disable
    if runtime.safe_mode and not item.repair:
        return "disabled", "safe mode"
    if item.name in disable:
        return "disabled", "listed in [plugins] disable"
    if enable and item.name not in enable and item.module is None:
        return "disabled", f"[plugins] enable lets only these run: {', '.join(enable)}"
    if item.fault:
        return "quarantined", item.fault
    judgement = runtime.plugins[item.name].judgement if item.name in runtime.plugins else None
    if judgement is not None and judgement.against:
        return "quarantined", judgement.against
    if item.distribution and not item.contract:
        return "quarantined", "requires no dihya-hookspecs; write 'dihya-hookspecs>=2,<3' into its dependencies"
    try:
        if item.contract and not SpecifierSet(item.contract).contains(VERSION):
            said = f"asks for dihya-hookspecs {item.contract}, this is {VERSION}; install a matching version"
            return "incompatible", said
    except InvalidSpecifier:
        return "quarantined", f"asks for dihya-hookspecs {item.contract!r}, which is not a version range"
    return "active", ""


def _in_order(runtime: Runtime, wanted: list[Candidate]) -> list[Candidate]:
    """Return the plugins that can run, in calling order; those that wait for each other are quarantined."""
    while True:
        wanted = _with_requirements(runtime, wanted)
        try:
            return ordered(wanted)
        except Cycle as cycle:
            out = {name for name in cycle.culprits if not runtime.required(name)} or cycle.culprits
            for name in sorted(out):
                loaded = runtime.plugins[name]
                loaded.state = "quarantined"
                loaded.reason = f"waits in a circle: {cycle}; change 'after', 'before' or a dependency of one"
                log.error("plugin %r is quarantined: %s", name, loaded.reason)
            wanted = [item for item in wanted if item.name not in out]


def _with_requirements(runtime: Runtime, wanted: list[Candidate]) -> list[Candidate]:
    """Drop plugins whose requirements do not run or are too old, until nothing changes."""
    while True:
        names = {item.name for item in wanted}
        lacking = {item.name: said for item in wanted if (said := _lacking(runtime, item, names))}
        if not lacking:
            return wanted
        for name, said in lacking.items():
            runtime.plugins[name].state, runtime.plugins[name].reason = "missing requirement", "; ".join(said)
        wanted = [item for item in wanted if item.name not in lacking]


def _lacking(runtime: Runtime, item: Candidate, running: set[str]) -> list[str]:
    """Return what *item* requires and does not have, and what to do about it."""
    said = []
    for need in item.requires:
        loaded, versions = runtime.plugins.get(need), item.versions.get(need, "")
        package = f"dihya-{need.replace('_', '-')}{versions}"
        if loaded is None:
            said.append(f"needs {need!r}, which is not installed; run 'pip install {package}'")
        elif need not in running:
            said.append(f"needs {need!r}, which does not run")
        elif not SpecifierSet(versions).contains(loaded.candidate.version, prereleases=True):
            version = loaded.candidate.version
            said.append(f"needs {package}, and {version} is installed; run \"pip install '{package}'\"")
    return said


def _import(runtime: Runtime, loaded: LoadedPlugin) -> None:
    """Import a plugin's face and read its settings; whatever it does instead, it is quarantined alone."""
    item = loaded.candidate
    _attempt(runtime, loaded, "cannot be imported: ", lambda name, face: ())
    if loaded.state != "active":
        return
    model = _attempt(runtime, loaded, "its settings cannot be read: ", lambda name, face: _settings(runtime, loaded))
    said = runtime.configuration.sections.get(item.name)
    if loaded.state == "active" and not model and said and item.name not in configuration.CORE:
        key, value = next(iter(said.items()))
        fault = Fault(value.source, f"{item.name}.{key}", "nothing", repr(key), f"plugin {item.name!r} has no settings")
        runtime.configuration.wrong.setdefault(item.name, []).append(fault)
    if wrong := runtime.configuration.wrong.get(item.name):
        _quarantined(runtime, loaded, f"its settings are wrong: {'; '.join(map(str, wrong))}")


def _settings(runtime: Runtime, loaded: LoadedPlugin) -> type[BaseModel] | None:
    model = configuration.settings_model(loaded.candidate)
    if model is not None:
        check_editable(model)
        loaded.settings = configuration.validated(model, loaded.candidate.name, runtime.configuration)
    return model


def _publish(runtime: Runtime, loaded: LoadedPlugin) -> None:
    """Add the hooks that a plugin publishes in ``hookspecs.py``, or, in memory, among its own names."""
    if loaded.state == "active":
        _attempt(runtime, loaded, "", lambda name, face: runtime.hook_caller.publish(name, hookspecs_of(face)))


def _agreeing(runtime: Runtime) -> dict[str, dict[str, Callable[..., Any]]]:
    """Return, in order, the plugins whose implementations fit, and these; without a publisher, all are looked at again."""
    while True:
        active = [name for name in runtime.order if runtime.plugins[name].state == "active"]
        published = {hook.owner for hook in runtime.hook_caller.hooks.values()} - {""}
        found = {name: _attempt(runtime, runtime.plugins[name], "", runtime.hook_caller.check) for name in active}
        agreeing = {name: hooks for name, hooks in found.items() if runtime.plugins[name].state == "active"}
        if not published - agreeing.keys():
            return agreeing


def _attempt(runtime: Runtime, loaded: LoadedPlugin, doing: str, act: Callable[[str, object], Any]) -> Any:
    """Do something with a plugin's face; when that fails, the plugin is quarantined, and alone."""
    name, start, answer = loaded.candidate.name, perf_counter(), None
    try:
        answer = contained(lambda: act(name, loaded.module()), seconds=runtime.core.start_seconds)
    except Exception as error:
        runtime.hook_caller.unregister(name)
        _quarantined(runtime, loaded, f"{doing}{described(error, loaded.candidate.package)}", error)
    loaded.milliseconds += (perf_counter() - start) * 1000
    return answer


def _quarantined(runtime: Runtime, loaded: LoadedPlugin, reason: str, error: Exception | None = None) -> None:
    name = loaded.candidate.name
    loaded.state, loaded.reason = "quarantined", reason
    log.error("plugin %r is quarantined: %s", name, reason)
    if error is not None:
        log.debug("traceback of %r", name, exc_info=error)
    runtime.tell(PluginChange(name, "quarantined", reason))
