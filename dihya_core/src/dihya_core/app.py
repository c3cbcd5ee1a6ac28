"""Build the Flask application out of the application."""

from __future__ import annotations

import atexit
import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.i18n import say
from dihya_hookspecs.web import Step
from flask import Blueprint, Flask, Request, Response, request
from flask.json.provider import DefaultJSONProvider
from jinja2 import BaseLoader, FileSystemLoader, PrefixLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from dihya_core import garbage
from dihya_core.access import AccessRules
from dihya_core.data.acts import RuntimeActs
from dihya_core.data.announcing import announce
from dihya_core.hooks.containment import PluginFault, contained
from dihya_core.hooks.monitor import HookMonitor
from dihya_core.loading.loader import build
from dihya_core.loading.ownership import CORE
from dihya_core.request.pipeline import STAGES, Pipeline, permission_of, undeclared
from dihya_core.request.rules import LateRule
from dihya_core.runtime import Runtime
from dihya_core.settings import configuration, reading

log = logging.getLogger("dihya.core")
LATER = ("register_commands", "register_routes")
"""What is gathered elsewhere: by the command line, and when the blueprints are mounted."""


class PatientJSON(DefaultJSONProvider):
    """Flask's JSON, where nesting deeper than Python reads is bad JSON and not a failure of ours."""

    def loads(self, s: str | bytes, **keywords: Any) -> Any:
        """Return what *s* says. Raises ValueError, also for what is nested too deeply."""
        try:
            return super().loads(s, **keywords)
        except RecursionError as error:
            raise ValueError("the JSON is nested too deeply") from error


class DihyaFlask(Flask):
    """Flask, with the pipeline in place of its own dispatch; blueprints of plugins stay plain Flask."""

    json_provider_class = PatientJSON
    url_rule_class = LateRule
    runtime: Runtime
    acts: RuntimeActs
    access: AccessRules
    pipeline: Pipeline

    def full_dispatch_request(self) -> Response:
        """Answer the current request through the pipeline; one that takes long says whose hook took the time."""
        self._got_first_request = True
        monitor = self.runtime.hook_caller.monitor
        asked: Request = request._get_current_object()  # type: ignore[attr-defined]
        began = monitor.begin()
        try:
            return self.pipeline.handle(self, asked)
        finally:
            monitor.end(asked.endpoint or asked.path, self.pipeline.owner(asked.blueprint), began)

    def handle_exception(self, e: Exception) -> Response:
        """Return what the pipeline answered to an unexpected error, before Flask tells its teardown functions of it."""
        answer: Response | None = getattr(e, "dihya_answer", None)
        return answer or super().handle_exception(e)


@garbage.left_alone()
def create_app(
    config: str | os.PathLike[str] | None = None,
    *,
    runtime: Runtime | None = None,
    acts: RuntimeActs | None = None,
    only: Iterable[str] | None = None,
    given: Mapping[str, Mapping[str, Any]] | None = None,
    overrides: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    plugins: Mapping[str, object] | None = None,
    serving: bool = False,
) -> DihyaFlask:
    """Return the WSGI application. Raises Invalid when the configuration is wrong or a required plugin cannot run.

    Args:
        config: path of ``dihya.toml``; ``DIHYA_CONFIG`` or the one in the working directory otherwise.
        runtime, acts: what is loaded already; the plugins are loaded as configured otherwise.
        environ: the variables to read settings from, instead of this process's.
        serving: True in a server process: background threads start.
    """
    runtime = runtime or build(
        reading.locate(config),
        only=only,
        given=given,
        overrides=overrides,
        environ=environ,
        plugins=plugins,
        serving=serving,
    )
    acts = acts or RuntimeActs(runtime, AccessRules(runtime))
    app = mounted(runtime, acts)
    with app.app_context():
        failed = runtime.start(acts, "serve" if serving else "answer")
    if failed:  # its pages are mounted, and must not answer
        app = mounted(runtime, acts)
    announce(acts, runtime)
    for plugin, said in runtime.misspelt():
        log.warning("plugin %r: %s", plugin, said)
    if serving:
        atexit.register(stop, app)
    return app


def mounted(runtime: Runtime, acts: RuntimeActs) -> DihyaFlask:
    """Return the application before it is started: everything is gathered, and the plugins' pages are in their places."""
    while (app := _assembled(runtime, acts)) is None:
        pass  # a plugin whose routes do not fit was quarantined; Flask cannot take back what is mounted, so once more
    return app


def _assembled(runtime: Runtime, acts: RuntimeActs) -> DihyaFlask | None:
    """Return the application, or None when a plugin had to be quarantined for its routes."""
    app = DihyaFlask("dihya", static_folder=None)
    app.runtime, app.acts, app.access = runtime, acts, acts.access
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.debug = False
    with acts.open("core.start", actor=SYSTEM), app.app_context():
        acts.services.registry()
        for hook in list(runtime.hook_caller.hooks.values()):
            if hook.gathered and not hook.policy.late and hook.name not in LATER:
                runtime.collected(hook.name)
        runtime.observe()
        runtime.models()
        _jinja(app, runtime)
        return app if _mount(app, runtime) else None


def stop(app: DihyaFlask) -> None:
    """Tell the plugins that the application ends."""
    app.pipeline.unknown.tell(app.acts)
    app.runtime.stop(app.acts)


def _jinja(app: Flask, runtime: Runtime) -> None:
    folders = runtime.app_info().folders
    loaders: dict[str, BaseLoader] = {
        name: FileSystemLoader(folder / "templates")
        for name, folder in folders.items()
        if (folder / "templates").is_dir()
    }
    app.jinja_options = {**app.jinja_options, "loader": None}
    app.jinja_env.loader = Templates(loaders)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext, pgettext=_pgettext)


class Templates(PrefixLoader):
    """The templates of each plugin under its name; they keep that name, while PrefixLoader's own ``load`` drops it."""

    load = BaseLoader.load


@pass_context
def _gettext(context: Context, message: str, /, **values: Any) -> str:
    """Say *message* as the plugin does whose template asks: ``rgpd/index.html`` speaks as ``rgpd``."""
    return say((context.name or "").partition("/")[0], message, **values)


@pass_context
def _ngettext(context: Context, singular: str, plural: str, count: int, /, **values: Any) -> str:
    return say((context.name or "").partition("/")[0], singular, plural, count, **{"count": count, **values})


@pass_context
def _pgettext(context: Context, meaning: str, message: str, /, **values: Any) -> str:
    return say((context.name or "").partition("/")[0], f"{meaning}\x04{message}", **values)


def _mount(app: DihyaFlask, runtime: Runtime) -> bool:
    """Mount what the plugins gave; return False as soon as one had to be quarantined for it."""
    owners: dict[str, str] = {}
    held: dict[tuple[str, str], str] = {}
    for plugin, blueprint in runtime.collected("register_routes"):
        before = _held(app)
        try:
            contained(mount, app, plugin, blueprint, seconds=runtime.core.start_seconds)
        except Exception as error:
            runtime.quarantine_for(plugin, f"blueprint {blueprint.name!r} cannot be mounted: ", error)
            return False
        owners[blueprint.name] = plugin
        if reason := _trespass(app, runtime, plugin, blueprint):
            runtime.quarantine(plugin, reason)
            return False
        if clash := _clash(plugin, before, _held(app), held):
            other, place = clash
            late = plugin if other == CORE else max(plugin, other, key=runtime.rank)
            early = other if late == plugin else plugin
            whose = "the core's" if early == CORE else f"plugin {early!r}'s"
            runtime.quarantine(late, f"it answers or replaces {' '.join(place)}, which is {whose}")
            return False
    if wrong := _unguarded(app, owners):
        for plugin, reasons in wrong.items():
            runtime.quarantine(plugin, "; ".join(reasons))
        return False
    monitor = runtime.hook_caller.monitor
    steps = [
        _watched(monitor, plugin, step)
        for stage in STAGES
        for plugin, step in runtime.collected("register_middleware")
        if step.stage == stage
    ]
    app.pipeline = Pipeline(runtime, app.acts, app.access, steps, owners)
    return True


def _trespass(app: Flask, runtime: Runtime, plugin: str, blueprint: Blueprint) -> str:
    """Return what is wrong when pages stand below another active plugin's address and do not ask for its permissions."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.rpartition(".")[0] != blueprint.name:
            continue
        words = rule.rule.strip("/").split("/")
        word = words[2] if words[:2] == ["api", "v1"] and len(words) > 2 else words[0]
        asked = permission_of(app.view_functions[rule.endpoint]) or ""
        there = runtime.plugins.get(word)
        if word != plugin and there and there.state == "active" and not asked.startswith(f"{word}:"):
            return f"its page {rule.rule!r} stands in the place of plugin {word!r} and asks for no permission of it"
    return ""


def _held(app: Flask) -> dict[tuple[str, str], object]:
    """Return what blueprints can take from each other: methods of addresses, and names that all templates know."""
    found: dict[tuple[str, str], object] = {}
    for rule in app.url_map.iter_rules():
        found |= {(method, rule.rule): rule for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}}
    env = app.jinja_env
    for kind, table in (("template global", env.globals), ("filter", env.filters), ("template test", env.tests)):
        found |= {(kind, name): value for name, value in table.items()}
    return found


def _clash(
    plugin: str,
    before: Mapping[tuple[str, str], object],
    now: Mapping[tuple[str, str], object],
    held: dict[tuple[str, str], str],
) -> tuple[str, tuple[str, str]] | None:
    """Note in *held* what a plugin brought; return whose name it took, and which, or None."""
    for place, value in now.items():
        if before.get(place) is value:
            continue
        other = held.get(place, CORE) if place in before else plugin
        if other != plugin:
            return other, place
        held[place] = plugin
    return None


def _unguarded(app: DihyaFlask, owners: Mapping[str, str]) -> dict[str, list[str]]:
    """Return by plugin what is wrong with the permissions of its views."""
    wrong: dict[str, list[str]] = {}
    known = app.access.permissions()
    for endpoint in undeclared(app):
        owner = owners[endpoint.partition(".")[0]]
        reason = f"view {endpoint!r} says neither @requires nor @public; write one of them below the route"
        wrong.setdefault(owner, []).append(reason)
    for endpoint, view in app.view_functions.items():
        wanted = permission_of(view)
        if wanted is not None and wanted not in known:
            owner = owners[endpoint.partition(".")[0]]
            reason = f"view {endpoint!r} requires {wanted!r}, which no active plugin registers; "
            wrong.setdefault(owner, []).append(reason + configuration.suggest(wanted, known))
    return wrong


def _watched(monitor: HookMonitor, plugin: str, step: Step) -> Step:
    """Return the step, timed and counted like a hook of its plugin."""
    record = monitor.record(plugin, f"middleware step {step.name!r}", 100)
    around = [monitor.wrapped(record, part) if part else None for part in (step.before, step.after)]
    return replace(step, before=around[0], after=around[1])


def mount(app: Flask, plugin: str, blueprint: Blueprint) -> None:
    """Register a plugin's blueprint below its prefix. Raises PluginFault when name or prefix are another plugin's."""
    name = blueprint.name
    if name != plugin and not name.startswith(f"{plugin}_"):
        raise PluginFault(f"blueprint {name!r} is not named {plugin!r} or {plugin}_…")
    prefix = f"/api/v1/{plugin}" if name.endswith("_api") else f"/{plugin}"
    app.register_blueprint(blueprint, url_prefix=blueprint.url_prefix if blueprint.url_prefix is not None else prefix)
