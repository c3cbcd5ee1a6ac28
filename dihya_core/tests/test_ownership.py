"""Who owns which name."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from types import SimpleNamespace

import click
import pytest
from dihya_core.loading.ownership import Claim, Fault, Ownership, strange_tables
from dihya_hookspecs.access import Actor, Permission, Role
from dihya_hookspecs.audit import Anchor, AuditAction
from dihya_hookspecs.backup import BackupPart
from dihya_hookspecs.data import Model
from dihya_hookspecs.events import Subscription, event
from dihya_hookspecs.i18n import Language, Text
from dihya_hookspecs.ops import Task
from dihya_hookspecs.slots import Slot
from dihya_hookspecs.ui import Application, Link, Page
from dihya_hookspecs.web import Resource
from sqlalchemy import Column, Integer, MetaData, Table

WORDS = Text("a", "b")


def registering(plugin, *items):
    """Return a plugin in memory that registers these permissions and roles."""

    def register_permissions():
        return list(items)

    return plugin(register_permissions)


def states(app):
    return {info.name: (info.state, info.reason) for info in app.flask.runtime.all()}


@pytest.mark.parametrize(
    ("item", "whose"),
    [
        (Permission("first:read", WORDS, ("guest",)), "'first'"),
        (Role("first:boss", WORDS), "'first'"),
        (Role("admin", WORDS), "'admin'"),
        (Permission("read", WORDS), "'second:…'"),
        (Permission("second_x:read", WORDS), "'second_x'"),
    ],
)
def test_a_plugin_that_names_what_is_anothers_is_quarantined_alone(make_app, plugin, item, whose):
    """The reason names the plugin whose name it is; that one keeps its permission, with the roles that it gave it."""
    first = registering(plugin, Permission("first:read", WORDS), Role("first:boss", WORDS))
    app = make_app(plugins={"first": first, "second": registering(plugin, item, Permission("second:more", WORDS))})
    state, reason = states(app)["second"]
    assert state == "quarantined" and whose in reason and "'second" in reason
    assert states(app)["first"][0] == "active"
    assert app.flask.access.permissions()["first:read"].roles == ("admin",)
    assert "second:more" not in app.flask.access.permissions()
    assert app.flask.access.decide(None, "first:read").code == "sign-in"


def test_the_order_of_names_decides_nothing(make_app, plugin):
    """A plugin that is called before the owner of a name is refused as one that is called after it."""
    mine = registering(plugin, Permission("middle:read", WORDS))
    for thief in ("aaa", "zzz"):
        app = make_app(
            plugins={"middle": mine, thief: registering(plugin, Permission("middle:read", WORDS, ("user",)))}
        )
        assert states(app)[thief][0] == "quarantined"
        assert not app.flask.access.decide(Actor("x", "X", frozenset({"user"})), "middle:read")


def test_a_name_is_registered_once(make_app, plugin):
    """The same permission twice by one plugin is a mistake that is told, not the last one that wins."""
    app = make_app(plugins={"p": registering(plugin, Permission("p:x", WORDS), Permission("p:x", WORDS, ("guest",)))})
    assert "'p:x'" in states(app)["p"][1] and "already" in states(app)["p"][1]


@pytest.mark.parametrize("role", ["gardener", "other:secretary", "p:nobody", ""])
def test_a_right_is_given_to_roles_that_exist_and_are_in_reach(make_app, plugin, role):
    """A bare name, another plugin's role and a role that nobody registers are refused, by name."""
    plugins = {
        "other": registering(plugin, Role("other:secretary", WORDS)),
        "p": registering(plugin, Role("p:secretary", WORDS), Permission("p:x", WORDS, (role,))),
    }
    state, reason = states(make_app(plugins=plugins))["p"]
    assert state == "quarantined" and repr(role) in reason and "'p:x'" in reason


def test_two_trades_with_one_word_have_nobody_in_common(make_app, plugin):
    """A secretary of the club holds nothing at the practice."""
    plugins = {
        name: registering(
            plugin, Role(f"{name}:secretaire", WORDS), Permission(f"{name}:read", WORDS, (f"{name}:secretaire",))
        )
        for name in ("club", "cabinet")
    }
    access = make_app(plugins=plugins).flask.access
    secretary = Actor("x", "X", frozenset({"club:secretaire"}))
    assert access.decide(secretary, "club:read")
    assert access.decide(secretary, "cabinet:read").code == "role"


def test_who_comes_first_by_rank_keeps_a_free_name():
    """The order in which names are asked for does not matter."""
    names = Ownership({"new": 2, "old": 1}.__getitem__)
    names.take("old", [Claim("command", "serve")])
    with pytest.raises(Fault, match="command 'serve', which is plugin 'old''s"):
        names.take("new", [Claim("command", "other"), Claim("command", "serve")])
    assert names.owners == {("command", "serve"): "old"}
    names.forget("old")
    names.take("new", [Claim("command", "serve")])


def table(metadata, name, module):
    """Return a table whose model stands in *module*."""
    info = {"model": type("Model", (), {"__module__": module})} if module else {}
    return Table(name, metadata, Column("id", Integer, primary_key=True), info=info)


def test_a_table_belongs_to_the_package_of_its_model():
    """The beginning of its name decides nothing; a table without a model belongs to whose models were imported."""
    metadata, packages = MetaData(), {"dihya_club": "club", "dihya_club_house": "club_house"}
    right = [
        (table(metadata, "club_house_rooms", "dihya_club_house.models"), "club_house"),
        (table(metadata, "club_members", "dihya_club.models.people"), "club"),
        (table(metadata, "club_links", ""), "club"),
        (table(metadata, "toy_things", "test_something"), "toy"),
    ]
    assert list(strange_tables(metadata, packages, ["toy"], "club")) == []
    assert [item.info["plugin"] for item, _ in right] == [owner for _, owner in right]


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return a function that makes an importable package ``dihya_<name>`` with these models and imports its face."""
    made = []

    def make(name, models):
        folder = tmp_path / f"dihya_{name}"
        folder.mkdir()
        (folder / "__init__.py").write_text('"""A plugin."""')
        (folder / "models.py").write_text(f"from dihya_hookspecs.data import Model, key\n{models}")
        made.append(name)
        return importlib.import_module(f"dihya_{name}")

    monkeypatch.syspath_prepend(tmp_path)
    yield make
    for name in made:
        for module in [module for module in sys.modules if module.split(".")[0] == f"dihya_{name}"]:
            del sys.modules[module]
        for item in [item for item in Model.metadata.tables.values() if item.info.get("plugin") == name]:
            Model.metadata.remove(item)


def test_a_table_with_anothers_name_takes_its_plugin_out(make_app, package):
    """The plugin that makes it is quarantined alone, and the table is not there for anybody."""
    thief = package("thief", "class Row(Model):\n    __tablename__ = 'owner_secrets'\n    id = key()\n")
    owner = package("owner", "class Row(Model):\n    __tablename__ = 'owner_rows'\n    id = key()\n")
    app = make_app(plugins={"thief": thief, "owner": owner})
    state, reason = states(app)["thief"]
    assert state == "quarantined" and "table 'owner_secrets'" in reason and "'thief_…'" in reason
    assert states(app)["owner"][0] == "active"
    assert Model.metadata.tables["owner_rows"].info["plugin"] == "owner"
    assert "owner_secrets" not in Model.metadata.tables


def test_an_event_names_the_plugin_whose_table_it_is(make_app, package):
    """A name with an underscore is not cut at it, and the plugin that the name begins with did nothing."""
    label = 'label: Mapped[str] = impersonal("a thing", String(9))'
    start = "from sqlalchemy import String\nfrom sqlalchemy.orm import Mapped\nfrom dihya_hookspecs.data import impersonal\n"
    row = "class Row(Model):\n    __tablename__ = '{}_rows'\n    id = key()\n    {}\n"
    plugins = {name: package(name, start + row.format(name, label)) for name in ("tower", "tower_bell")}
    app = make_app("db", plugins=plugins)
    model = importlib.import_module("dihya_tower_bell.models").Row
    with app.act("work") as act:
        act.session.add(model(label="x"))
    assert [event.plugin for event in app.trail if event.object and "rows" in event.object] == ["tower_bell"], app.trail


def answering(plugin, hook, *answers):
    """Return a plugin in memory that gives these answers to a hook."""

    def implementation():
        return list(answers)

    implementation.__name__ = hook
    return plugin(implementation)


def page(path, permission=None):
    return Page("x", WORDS, path, permission)


CLASHES = {
    "register_commands": lambda: click.Command("sing"),
    "register_languages": lambda: Language("zgh", "ⵜⴰⵎⴰⵣⵉⵖⵜ"),
    "register_anchors": lambda: Anchor("tower", print),
    "register_ai_providers": lambda: SimpleNamespace(card=SimpleNamespace(provider="oracle")),
    "register_console_pages": lambda: page("/sing/"),
    "register_backup_parts": lambda: BackupPart("songs", 1, print, print),
    "register_links": lambda: Link("sign-in", "/sing-in"),
}


def happened(name, permission):
    """An event without fields."""
    return event(name, permission=permission)(dataclass(frozen=True)(type("Happened", (), {})))


@pytest.mark.parametrize("hook", CLASHES)
def test_a_newcomer_takes_no_name_from_a_plugin_that_was_there(make_app, plugin, hook, tmp_path):
    """Whatever is named freely: the newcomer alone is quarantined, the reason names both, the alphabet says nothing."""
    old = make_app(plugins={"middle": answering(plugin, hook, CLASHES[hook]())}, data=tmp_path / "data")
    old.flask.runtime.remember()
    for newcomer in ("aaa", "zzz"):
        plugins = {name: answering(plugin, hook, CLASHES[hook]()) for name in (newcomer, "middle")}
        app = make_app(plugins=plugins, data=tmp_path / "data")
        app.flask.runtime.collected(hook)
        state, reason = states(app)[newcomer]
        assert state == "quarantined" and "plugin 'middle''s" in reason, reason
        assert states(app)["middle"] == ("active", "")
        assert [name for name, _ in app.flask.runtime.collected(hook) if name in plugins] == ["middle"]


@pytest.mark.parametrize(
    ("hook", "answer"),
    [
        ("register_events", lambda: happened("other.sung", "p:x")),
        ("register_tasks", lambda: Task("other.sing", print)),
        ("register_audit_actions", lambda: AuditAction("other.sung", Text("{who} sang", "{who} a chanté"))),
        ("register_subscriptions", lambda: Subscription("p.sung", print, "other.ear")),
        ("register_events", lambda: happened("sung", "p:x")),
    ],
)
def test_what_is_named_after_its_plugin_is_named_after_no_other(make_app, plugin, hook, answer):
    """Events and tasks are ``<plugin>.…``; the plugin that names one otherwise is quarantined."""
    app = make_app(plugins={"p": answering(plugin, hook, answer())})
    app.flask.runtime.collected(hook)
    assert "'p.…'" in states(app)["p"][1]


@pytest.mark.parametrize(
    ("hook", "answer"),
    [
        ("register_console_pages", lambda: page("/p/", "p:nothing")),
        ("register_slots", lambda: Slot("menu", "song", print, "p:nothing")),
        ("register_events", lambda: happened("p.sung", "p:nothing")),
        (
            "register_resources",
            lambda: Resource(name="songs", title=WORDS, singular=WORDS, read="p:nothing", write="p:nothing"),
        ),
    ],
)
def test_a_permission_that_nobody_registers_takes_out_who_asks_for_it(make_app, plugin, hook, answer):
    """Pages, events and resources: the plugin is quarantined alone, and the reason names the permission."""
    app = make_app(plugins={"p": answering(plugin, hook, answer()), "q": plugin()})
    app.flask.runtime.collected(hook)
    assert "asks for 'p:nothing'" in states(app)["p"][1] and states(app)["q"][0] == "active"


@pytest.mark.parametrize(
    ("hook", "answers"),
    [
        ("register_applications", lambda: [Application(WORDS), Application(WORDS)]),
        ("register_slots", lambda: [Slot("menu", "song", print, None), Slot("admin", "song", print, None)]),
    ],
)
def test_what_a_plugin_says_of_itself_is_said_once(make_app, plugin, hook, answers):
    """Two titles of one application and two slots of one name take the plugin out."""
    app = make_app(plugins={"p": answering(plugin, hook, *answers())})
    app.flask.runtime.collected(hook)
    assert "it registered already" in states(app)["p"][1]


def test_a_plugin_that_was_here_is_older_than_one_that_was_installed_before_it(make_app, plugin, tmp_path):
    """An upgrade installs a package anew; its plugin keeps its rank. Without a memory the day of installation counts."""
    app = make_app("logs", "i18n", plugins={"late": plugin()}, data=tmp_path / "data").flask.runtime
    assert app.rank("db") < min(app.rank("logs"), app.rank("i18n")) < app.rank("late")
    app.remember()
    later = make_app("logs", "i18n", "wsgi", plugins={"late": plugin()}, data=tmp_path / "data").flask.runtime
    assert later.rank("db") < max(later.rank("i18n"), later.rank("late")) < later.rank("wsgi")


def test_names_that_differ_in_spelling_are_the_same():
    """Case, hyphen, underscore and dot make no other name."""
    names = Ownership(lambda name: 0)
    names.take("a", [Claim("command", "Sing-Along")])
    for other in ("sing_along", "sing.along", "SING--ALONG"):
        with pytest.raises(Fault):
            names.take("b", [Claim("command", other)])
