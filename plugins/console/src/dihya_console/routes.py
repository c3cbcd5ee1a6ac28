"""Home, plugins and health."""

from __future__ import annotations

from dihya_hookspecs import DihyaError, Invalid, NotFound
from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ops import Health
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import public, requires
from flask import Blueprint, Response, redirect, request

from . import applications, brand, figures, installing_pages, installing_words, menu, plugin_pages, portraits, searching
from .list_pages import COUNTED
from .permissions import HEALTH, PLUGINS
from .plugin_pages import known, outlook
from .promises import PLAIN, promised
from .settings import Settings

SWITCHES = ("enable", "disable", "rearm")


def make_blueprint() -> Blueprint:
    """Return the console's own pages."""
    blueprint = Blueprint("console", __name__, url_prefix="")
    blueprint.add_url_rule("/", "home", home)
    blueprint.add_url_rule("/console/plugins", "plugins", plugins)
    blueprint.add_url_rule("/console/plugins/<name>", "plugin", plugin_pages.plugin)
    blueprint.add_url_rule("/console/plugins/<name>/files", "portrait", portraits.portrait)
    blueprint.add_url_rule("/console/plugins/<name>/disable", "question", question)
    blueprint.add_url_rule("/console/plugins/<name>/<act>", "switch", switch, methods=["POST"])
    blueprint.add_url_rule("/console/health", "health", health)
    blueprint.add_url_rule("/console/", "overview", overview)
    blueprint.add_url_rule("/console/applications/<name>", "application", applications.application)
    blueprint.add_url_rule(menu.SEARCH, "search", searching.search)
    blueprint.add_url_rule("/console/brand/<digest>/logo", "logo", brand.logo)
    blueprint.add_url_rule("/console/brand/<digest>/colours.css", "colours", brand.colours)
    installing_pages.add_to(blueprint)
    return blueprint


@public("the front page says what Dihya is; somebody signed in sees only the pages that they may")
def home() -> Response:
    """What can I do now?"""
    layout, actor = get(Layout), current().actor
    if actor is None:
        ours = brand.ConsoleBrand(get(Settings))
        facts = {"promised": promised(get(Plugins)), "plain": PLAIN, "motto": ours.motto(), "welcome": ours.welcome()}
        return layout.page("console/welcome.html", title=ours.name(), wide=True, **facts)
    groups = menu.groups(get(Plugins), get(Access), actor)
    mine = {group.name: applications.desks_in(group) for group in groups if group.name not in menu.SECTIONS}
    return layout.page("console/home.html", title=_("Home"), groups=groups, glances=figures.glances(mine), most=COUNTED)


@requires(HEALTH)
def overview() -> Response:
    """What an administrator sees at a glance; each part of the application says how it fares."""
    return get(Layout).page("console/overview.html", title=_("Overview"))


@requires(PLUGINS)
def plugins() -> Response:
    """Every installed plugin, how it fares, and what the next start makes of it."""
    found = get(Plugins).all()
    active = sum(1 for info in found if info.state == "active")
    outlooks = {info.name: outlook(info.name) for info in found}
    installing = plugin_pages.installing()
    return get(Layout).page(
        "console/plugins.html", title=_("Plugins"), plugins=found, active=active, outlooks=outlooks,
        may_install=plugin_pages.may_install(), kept=[one for one in installing.kept() if not one.replaced] if installing else [],
        progress=installing.progress() if installing else None, words=installing_words, may_switch=plugin_pages.may_change(),
    )  # fmt: skip


@requires(PLUGINS)
def question(name: str) -> Response:
    """Ask before a plugin is switched off: whom that touches, and whether it can be at all."""
    info, future = known(name), outlook(name)
    title = _("Disable %(name)s?", name=name)
    return get(Layout).page("console/disable.html", title=title, plugin=info, outlook=future)


@requires(PLUGINS, confirmed=True)
def switch(name: str, act: str) -> Response:
    """Enable, disable or re-arm one plugin. What is required stays: that is decided in the file, not in a browser."""
    if act not in SWITCHES:
        raise NotFound(f"no act {act!r}; one of {', '.join(SWITCHES)}")
    known(name)
    if act != "rearm" and not plugin_pages.may_change():
        raise Invalid(installing_words.left_to_the_operator(), code="forbidden", status=403)
    if act == "disable" and (locked := outlook(name).locked):
        raise Invalid(str(locked), code="required", status=409)
    layout = get(Layout)
    try:
        getattr(get(Plugins), act)(name)
    except DihyaError as error:
        layout.flash(_(error.message), "error")
    else:
        current().record(f"console.plugin_{act}", object=f"plugin:{name}")
        layout.flash(_said(act, name), "success")
    return redirect(f"{request.script_root}/console/plugins", 303)  # type: ignore[return-value]


def _said(act: str, name: str) -> str:
    return {
        "enable": _("%(name)s will be active after the next start.", name=name),
        "disable": _("%(name)s will be inactive after the next start.", name=name),
        "rearm": _("%(name)s is called again from now on.", name=name),
    }[act]


@requires(HEALTH)
def health() -> Response:
    """Run every health check now."""
    findings = get(Health).ask()
    faults = [finding for finding in findings if finding.state != "ok"]
    critical = any(finding.critical for finding in faults)
    return get(Layout).page(
        "console/health.html", title=_("Health"), findings=findings, faults=faults, critical=critical
    )
