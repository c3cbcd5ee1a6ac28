"""Plugins come and go from the console: each change is looked at first, confirmed, and followed on a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.access import Actor
from dihya_hookspecs.acts import Acts, current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.installing import Arrival, Change, Installing, Progress
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import Streams, accepts, requires
from flask import Blueprint, Response, redirect, request, url_for

from . import installing_words as words
from . import plugin_index, portraits
from .permissions import INSTALL, PLUGINS
from .plugin_pages import kept_of, known, outlook, removal, required_by

UPLOAD = 10 * 2**20
BLOCK = 2**20


def add_to(blueprint: Blueprint) -> None:
    """Give the blueprint the addresses of these pages."""
    for path, name, view, methods in (
        ("/add", "add", add, ["GET"]),
        ("/upload", "upload", upload, ["POST"]),
        ("/shelf", "shelf", shelf, ["POST"]),
        ("/index", "index", index, ["POST"]),
        ("/arrivals/<id>", "arrival", arrival, ["GET"]),
        ("/arrivals/<id>/install", "install", install, ["POST"]),
        ("/arrivals/<id>/discard", "discard", discard, ["POST"]),
        ("/progress", "progress", progress, ["GET"]),
        ("/progress/events", "progress_events", progress_events, ["GET"]),
        ("/mend", "mend", mend, ["POST"]),
        ("/reload", "reload", reload, ["POST"]),
    ):
        blueprint.add_url_rule(f"/console/installing{path}", name, view, methods=methods)
    for word, view in (("uninstall", uninstall), ("purge", purge), ("undo", undo)):
        blueprint.add_url_rule(f"/console/plugins/<name>/{word}", word, view, methods=["GET", "POST"])


@requires(INSTALL, confirmed=True)
def add() -> Response:
    """Where a plugin may come from; the password is asked for here, so that no upload is lost over it."""
    return _add()


def _add(problem: str = "", status: int = 200) -> Response:
    sources = get(Installing).sources()
    title = _("Add a plugin")
    return get(Layout).page(
        "console/add.html", title=title, sources=sources, problem=problem, status=status, most=UPLOAD // 2**20
    )


@accepts(max_body=UPLOAD, seconds=600)
@requires(INSTALL, confirmed=True)
def upload() -> Response:
    """Look through a wheel that is sent."""

    def received() -> Arrival:
        file = request.files.get("file")
        if file is None or not file.filename:
            raise Invalid(_("choose a file"), code="no-wheel")
        return get(Installing).receive(file.filename, iter(lambda: file.read(BLOCK), b""))

    return _arrived(received)


@requires(INSTALL, confirmed=True)
def shelf() -> Response:
    """Look through what lies in the operator's folder."""
    return _arrived(lambda: get(Installing).take(request.form.get("name", "")))


@requires(INSTALL, confirmed=True)
def index() -> Response:
    """Fetch a plugin from the operator's index, and look through it."""
    return _arrived(lambda: plugin_index.fetch(get(Installing), request.form.get("name", "").strip()))


def _arrived(bring: Callable[[], Arrival]) -> Response:
    try:
        found = bring()
    except DihyaError as error:
        if error.status >= 500:
            raise
        return _add(words.say(error), error.status)
    current().record("console.plugin_brought", object=f"plugin:{found.name}", version=found.version, sha256=found.id)
    return _go("console.arrival", id=found.id)


@requires(INSTALL)
def arrival(id: str) -> Response:
    """Show what was found in a wheel, before anything of it runs."""
    return _arrival(get(Installing).arrival(id))


def _arrival(found: Arrival, problem: str = "", status: int = 200) -> Response:
    verb = _("Upgrade %(name)s?", name=found.name) if found.before else _("Install %(name)s?", name=found.name)
    return get(Layout).page(
        "console/arrival.html", title=verb, arrival=found, words=words, problem=problem, status=status,
        **portraits.preview(get(Installing).portrait(arrival=found.id)),
    )  # fmt: skip


@requires(INSTALL, confirmed=True)
def install(id: str) -> Response:
    """Begin to install what was looked at."""
    found = get(Installing).arrival(id)
    return _begin("install", found.name, lambda said, status: _arrival(found, said, status), arrival=id)


@requires(INSTALL)
def discard(id: str) -> Response:
    """Forget what was brought in."""
    get(Installing).discard(id)
    get(Layout).flash(_("Nothing was installed; the file is forgotten."), "success")
    return _go("console.plugins")


@requires(INSTALL, confirmed=True)
def uninstall(name: str) -> Response:
    """Ask, then take a plugin out; its data stays."""
    return _leaving("uninstall", name)


@requires(INSTALL, confirmed=True)
def purge(name: str) -> Response:
    """List what would go, ask for the name, then take a plugin out with its data."""
    return _leaving("purge", name)


def _leaving(change: Change, name: str) -> Response:
    info, future = known(name), outlook(name)
    check = removal(name, future)

    def page(problem: str = "", status: int = 200) -> Response:
        lost, against = [], check.reason
        if change == "purge" and check.allowed:
            try:
                lost = words.grouped(get(Installing).remains(name))
            except Invalid as error:
                against = words.say(error)
        title = {"uninstall": _("Uninstall %(name)s?", name=name), "purge": _("Purge %(name)s?", name=name)}[change]
        return get(Layout).page(
            f"console/{change}.html", title=title, plugin=info, outlook=future, against=against, lost=lost, words=words,
            required_by=required_by(info), problem=problem, status=status,
        )  # fmt: skip

    if request.method == "GET":
        return page()
    if not check.allowed:
        raise Invalid(check.reason, code="required", status=409)
    if change == "purge" and request.form.get("name", "").strip() != name:
        return page(_("Write the name of the plugin, %(name)s, to throw its data away.", name=name), 422)
    return _begin(change, name, page)


@requires(INSTALL, confirmed=True)
def undo(name: str) -> Response:
    """Ask, then put the version back that was replaced or uninstalled."""
    kept = kept_of(name)

    def page(problem: str = "", status: int = 200) -> Response:
        title = _("Undo the last change of %(name)s?", name=name)
        return get(Layout).page(
            "console/undo.html", title=title, name=name, kept=kept, words=words, problem=problem, status=status
        )

    if request.method == "GET" or kept is None:
        return page(status=200 if kept else 404)
    return _begin("undo", name, page)


@requires(INSTALL, confirmed=True)
def mend() -> Response:
    """Finish or undo a change that was interrupted."""
    try:
        get(Installing).mend()
    except Invalid as error:
        return _progress(words.say(error), error.status)
    return _go("console.progress")


@requires(PLUGINS, confirmed=True)
def reload() -> Response:
    """Let the server take its new workers, so that what was switched counts now."""
    try:
        told = get(Installing).reload()
    except Invalid as error:
        raise Invalid(words.say(error), code=error.code, status=error.status) from error
    if told:
        current().record("console.server_reloaded")
        get(Layout).flash(_("The server takes its new workers; that lasts some seconds."), "success")
    else:
        get(Layout).flash(
            _("No “dihya serve” works on this data: restart your server, so that it takes notice."), "error"
        )
    return _go("console.plugins")


@requires(PLUGINS)
def progress() -> Response:
    """Follow the change that is under way, or read how the last one ended."""
    return _progress()


def _progress(problem: str = "", status: int = 200) -> Response:
    found = get(Installing).progress()
    title = words.title(found) if found else _("Changes of the plugins")
    kept = kept_of(found.name) if found and found.state == "done" else None
    return get(Layout).page(
        "console/progress.html", title=title, progress=found, over=over(found), words=words, problem=problem,
        kept=kept, status=status,
    )  # fmt: skip


def over(found: Progress | None) -> bool:
    """Tell whether nothing more will happen: a change has ended, and this process answers with its outcome."""
    return found is None or not (
        found.state == "running" or (found.state == "done" and found.reloaded and not found.arrived)
    )


@requires(PLUGINS)
def progress_events() -> Response:
    """Follow it as server-sent events: ``step`` whenever it has come further, then ``end``."""
    return get(Streams).open(Follower(get(Acts), current().actor).look)


class Follower:
    """Looks how far the change is; each look is an act of its own."""

    def __init__(self, acts: Acts, actor: Actor | None) -> None:
        self._acts, self._actor, self._last = acts, actor, ""

    def look(self) -> tuple[list[str], bool]:
        """Return the new events, and whether these were the last."""
        with self._acts.open("console.progress", actor=self._actor) as act:
            found = act.get(Installing).progress()
        return list(self._events(found)), over(found)

    def _events(self, found: Progress | None) -> Iterator[str]:
        if not self._last:
            yield "retry: 1000\n\n"
        said = json.dumps({"step": found.step if found else ""})
        if said != self._last:
            self._last = said
            yield f"event: step\ndata: {said}\n\n"
        if over(found):
            yield "event: end\ndata: {}\n\n"


def _begin(change: Change, name: str, again: Callable[[str, int], Response], *, arrival: str = "") -> Response:
    """Begin a change and lead to its page; what stands against it is said on the page where it was asked for."""
    try:
        get(Installing).begin(change, name, arrival=arrival)
    except DihyaError as error:
        if error.status >= 500:
            raise
        return again(words.say(error), error.status)
    return _go("console.progress")


def _go(endpoint: str, **values: str) -> Response:
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[return-value]
