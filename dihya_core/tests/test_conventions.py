"""What is found because it exists."""

from __future__ import annotations

import importlib
import sys
from types import SimpleNamespace

import pytest
from dihya_core.loading import conventions
from dihya_hookspecs.access import Access, Permission
from dihya_hookspecs.data import Model
from dihya_hookspecs.i18n import Text

from dihya_core import create_app

PERMISSION = """from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text
PERMISSIONS = (Permission("toy:read", Text("read", "lire"), ("user",)),)
"""
HOOK = """from dihya_hookspecs import hookimpl

@hookimpl
def register_permissions():
    return []
"""
ROUTES = """from flask import Blueprint
from dihya_hookspecs.web import public
page = Blueprint("toy", __name__)

@page.get("/")
@public("a test")
def index():
    return "toy"

BLUEPRINTS = page
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return a function that makes a package of files and imports its face."""

    def make(face="", name="dihya_toy", **files):
        folder = tmp_path / name
        folder.mkdir()
        for stem, text in {"__init__": face, **files}.items():
            (folder / f"{stem}.py").write_text(text)
        monkeypatch.syspath_prepend(str(tmp_path))
        importlib.invalidate_caches()
        return importlib.import_module(name)

    yield make
    for name in [name for name in sys.modules if name.partition(".")[0] == "dihya_toy"]:
        del sys.modules[name]


@pytest.fixture
def start(tmp_path):
    """Return a function that starts an application with these plugins alone."""

    def begin(**plugins):
        return create_app(only=[], plugins=plugins, given={"dihya": {"data": str(tmp_path / "data")}}, environ={})

    return begin


def test_permissions_are_found_in_their_file(package, start):
    """A plugin with ``permissions.py`` needs no hook that returns them."""
    app = start(toy=package(permissions=PERMISSION))
    with app.acts.open("toy.look") as act:
        assert "toy:read" in act.get(Access).permissions()
    assert "register_permissions" in app.runtime.plugins["toy"].hooks


def test_routes_are_found_in_their_file(package, start):
    """One blueprint alone stands for a list of one."""
    assert start(toy=package(routes=ROUTES)).test_client().get("/toy/").text == "toy"


MODELS = """from dihya_hookspecs.data import Record, impersonal
from dihya_hookspecs.fields import ShortText
from dihya_hookspecs.web import Resource
from sqlalchemy.orm import Mapped

class Thing(Record):
    __tablename__ = "toy_gadgets"
    __resource__ = Resource(title=("Things", "Choses"), singular=("Thing", "Chose"), read=("user",), write=())

    name: Mapped[str] = impersonal("a name", ShortText(40))
"""


def test_a_class_that_is_a_resource_is_found_with_its_rights(package, start):
    """``models.py`` with a ``__resource__`` needs no other file; rights of a ``permissions.py`` stand beside."""
    app = start(toy=package(models=MODELS, permissions=PERMISSION))
    try:
        [(plugin, resource)] = app.runtime.collected("register_resources")
        assert (plugin, resource.name, resource.read) == ("toy", "gadgets", "toy:read_gadgets")
        with app.acts.open("toy.look") as act:
            assert {"toy:read", "toy:read_gadgets", "toy:write_gadgets"} <= set(act.get(Access).permissions())
    finally:
        Model.metadata.remove(resource.service.model.__table__)


def test_a_file_is_read_when_it_is_asked_for(package, tmp_path):
    """Loading a plugin imports its face and nothing else."""
    from dihya_core.loading.loader import build

    package(cli="COMMANDS = ()\n")
    runtime = build(only=[], plugins={"toy": sys.modules["dihya_toy"]}, environ={})
    assert "dihya_toy.cli" not in sys.modules
    runtime.collected("register_commands")
    assert "dihya_toy.cli" in sys.modules


def test_a_plugin_in_memory_has_the_names_in_itself(start):
    """The kit's plugins are modules or namespaces without files."""
    app = start(toy=SimpleNamespace(PERMISSIONS=[Permission("toy:read", Text("read", "lire"))]))
    assert [plugin for plugin, _ in app.runtime.collected("register_permissions")] == ["toy"]


def test_a_thing_is_said_once(package, start):
    """A hook and a file for the same thing quarantine the plugin, and the reason names both."""
    app = start(toy=package(HOOK, permissions=PERMISSION))
    loaded = app.runtime.plugins["toy"]
    assert loaded.state == "quarantined"
    assert "PERMISSIONS in permissions.py" in loaded.reason and "'register_permissions'" in loaded.reason


def test_a_file_of_that_name_without_the_value_is_the_plugins_own_affair(package, start):
    """Neither ``routes.py`` beside the hook nor ``tasks.py`` with something else is read."""
    app = start(toy=package(HOOK, permissions="def allowed(): ...\n", tasks="def feed(): ...\n"))
    assert app.runtime.plugins["toy"].state == "active"
    assert "dihya_toy.tasks" not in sys.modules


def test_a_broken_file_quarantines_its_plugin_alone(package, start):
    """The reason names hook, error and place."""
    app = start(
        toy=package(permissions="PERMISSIONS = 1 / 0\n"),
        other=SimpleNamespace(PERMISSIONS=[Permission("other:read", Text("read", "lire"))]),
    )
    loaded = app.runtime.plugins["toy"]
    assert loaded.state == "quarantined" and app.runtime.plugins["other"].state == "active"
    assert "register_permissions" in loaded.reason and "ZeroDivisionError" in loaded.reason
    assert "permissions.py:1" in loaded.reason


def test_a_wrong_value_is_named_with_its_place(package, start):
    """The message says what stands there and what should."""
    app = start(toy=package(permissions="PERMISSIONS = ('toy:read',)\n"))
    reason = app.runtime.plugins["toy"].reason
    assert "answered str" in reason and "at PERMISSIONS in permissions.py" in reason


def test_names_in_files_have_owners_too(package, start):
    """A permission of another plugin is refused wherever it is said."""
    app = start(toy=package(permissions=PERMISSION.replace("toy:read", "audit:read")))
    assert "'audit:read'" in app.runtime.plugins["toy"].reason


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"permissions": "PERMISSION = ()\n"}, "PERMISSION in permissions.py is read by nobody; write PERMISSIONS"),
        ({"permission": "PERMISSIONS = ()\n"}, "permission.py is read by nobody; call the file permissions.py"),
        ({"resource": "RESOURCE = ()\n"}, "resource.py is read by nobody; call the file resources.py, with RESOURCES"),
    ],
)
def test_what_is_nearly_right_is_told(package, start, caplog, files, said):
    """A misspelt file or name starts, and is in the log and in what ``dihya doctor`` says."""
    app = start(toy=package(**files))
    ((plugin, sentence),) = app.runtime.misspelt()
    assert plugin == "toy" and said in sentence
    assert said in caplog.text


def test_what_the_plugin_answers_otherwise_is_not_misspelt(package, start):
    """A plugin that implements the hook may call its own things as it likes."""
    assert start(toy=package(HOOK, permissions="PERMISSION = ()\n")).runtime.misspelt() == []


def test_names_are_found_however_they_are_bound(package):
    """Names count that are assigned, annotated or imported on one or several lines; those in a call or a comment do not."""
    text = "A: int = 1\nB = 2\nfrom os import path as C\nfrom os import (\n    sep as D,\n)\n# E = 1\nF == 1\ndef G(): ...\n"
    folder = conventions.package_folder(package(names=text))
    assert conventions.bound(folder / "names.py") >= {"A", "B", "C", "D"}
    assert not conventions.bound(folder / "names.py") & {"E", "F", "G"}


def test_a_class_with_from_container_needs_no_registration(start):
    """Whoever asks for it gets it, made from the act's container, once an act."""
    made = []

    class Counter:
        @classmethod
        def from_container(cls, svcs_container):
            made.append(svcs_container)
            return cls()

    app = start(toy=SimpleNamespace())
    with app.acts.open("toy.count") as act:
        assert act.get(Counter) is act.get(Counter)
    assert len(made) == 1


def test_the_class_of_a_plugin_that_does_not_run_is_out_of_reach(package, start):
    """Its service is refused as one that nobody provides."""
    from dihya_hookspecs import DihyaError

    code = "class Counter:\n    @classmethod\n    def from_container(cls):\n        return cls()\n"
    toy = package(HOOK, permissions=PERMISSION, service=code)
    app = start(toy=toy)
    counter = importlib.import_module("dihya_toy.service").Counter
    with app.acts.open("core.count") as act, pytest.raises(DihyaError, match="no active plugin provides it"):
        act.get(counter)


def test_hooks_may_be_implemented_beside_files(package, start):
    """The face answers moments, the files declare."""
    face = (
        HOOK.replace("register_permissions", "on_shutdown")
        .replace("return []", "seen.append(1)")
        .replace("@hookimpl", "seen = []\n\n@hookimpl")
    )
    toy = package(face, permissions=PERMISSION)
    app = start(toy=toy)
    app.runtime.call("on_shutdown", app_info=app.runtime.app_info())
    assert toy.seen == [1]


FULL = """from flask import current_app, g, request, session
from werkzeug.local import LocalProxy

class Prickly:
    def __getattribute__(self, name):
        raise RuntimeError(f"nobody may ask for {name}")

def connect():
    raise ConnectionError("touched")

database, thorn = LocalProxy(connect), Prickly()
"""


@pytest.mark.parametrize("file", ["face", "hookspecs", "models", "resources"])
def test_what_else_stands_in_a_namespace_is_not_touched(package, start, file):
    """Flask's ``request``, a lazy connection and an object whose attributes raise quarantine nobody, in whichever file."""
    runtime = start(toy=package(**{file: FULL})).runtime
    runtime.models()
    runtime.collected("register_resources")
    assert (runtime.plugins["toy"].state, runtime.plugins["toy"].reason) == ("active", "")


def test_a_plugin_in_memory_may_hold_proxies_too(start):
    """There the loader looks for tables and hooks among all names at once."""
    space = {}
    exec(FULL, space)  # noqa: S102
    runtime = start(toy=SimpleNamespace(**space)).runtime
    assert runtime.plugins["toy"].reason == ""
