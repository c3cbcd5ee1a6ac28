"""Services by Protocol."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import Access, Actor
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.app import AppInfo, Hooks, Plugins
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import editable, mine
from dihya_hookspecs.storage import Blobs
from pydantic import BaseModel


class Cellar:
    """A service."""


class Settings(BaseModel):
    """Settings of a plugin in memory."""

    colour: str = "green"


class Door(BaseModel):
    """Settings of which people may change one."""

    width: int = editable(80, Text("Width", "Largeur"), Text("In cm.", "En cm."))


def provider(plugin, **members):
    def register_services(registry):
        registry.register_factory(Cellar, Cellar)

    return plugin(register_services, **members)


def test_a_service_is_made_once_an_act(make_app, plugin):
    """A service is made once in an act, and anew in the next."""
    app = make_app(plugins={"cellar": provider(plugin)})
    with app.act() as act:
        first = act.get(Cellar)
        assert act.get(Cellar) is first
    with app.act() as act:
        assert act.get(Cellar) is not first


def test_a_service_that_is_made_once_lasts_as_long_as_the_application(make_app, plugin):
    """Each act gets the object that the first one had made, and each application has its own."""

    def register_services(registry):
        registry.register_factory(Cellar, Cellar, once=True)

    app, other = (make_app(plugins={"cellar": plugin(register_services)}) for _ in range(2))
    with app.act() as act:
        first = act.get(Cellar)
    with app.act() as act:
        assert act.get(Cellar) is first
    with other.act() as act:
        assert act.get(Cellar) is not first


def test_a_factory_for_one_object_is_called_once(make_app, plugin):
    """Two acts that ask at the same moment get one object: what takes long to make is not made again for each request."""
    made, second = [], threading.Event()

    class Slow:
        def __init__(self):
            made.append(self)
            second.wait(0.2)

    def register_services(registry):
        registry.register_factory(Slow, Slow, once=True)

    app = make_app(plugins={"cellar": plugin(register_services)})

    def ask():
        with app.act() as act:
            return act.get(Slow)

    with ThreadPoolExecutor(2) as threads:
        first, other = threads.submit(ask), threads.submit(ask)
        assert first.result() is other.result() is ask()
    assert len(made) == 1


def test_a_factory_is_imported_when_somebody_asks_first(make_app, plugin, tmp_path, monkeypatch):
    """Named by its place, it takes the container or nothing; starting does not import it."""
    (tmp_path / "late_cellar.py").write_text(
        "class Made:\n    def __init__(self, of=None): self.of = of\n"
        "def with_container(svcs_container): return Made(svcs_container)\ndef without(): return Made()\n"
    )
    monkeypatch.syspath_prepend(tmp_path)

    def register_services(registry):
        registry.register_factory(Cellar, "late_cellar:with_container")
        registry.register_factory(Settings, "late_cellar:without")

    app = make_app(plugins={"cellar": plugin(register_services)})
    assert "late_cellar" not in sys.modules
    with app.act() as act:
        assert act.get(Cellar).of is not None and act.get(Settings).of is None
    sys.modules.pop("late_cellar")


def test_the_core_provides_itself(make_app):
    """Everything that the contract says it provides."""
    app = make_app()
    with app.act() as act:
        for service in (Acts, Access, AppInfo, Hooks, Plugins):
            assert act.get(service) is not None
        assert act.get(AppInfo).data == app.data


def test_settings_are_a_service(make_app, plugin):
    """Each plugin asks for its own."""
    app = make_app(plugins={"cellar": provider(plugin, Settings=Settings)}, config={"cellar": {"colour": "red"}})
    with app.act() as act:
        assert act.get(Settings).colour == "red"


def test_a_missing_service_says_what_to_install(make_app):
    """The error about a missing service names who asks and what to install."""
    with (
        make_app().act("vault.open") as act,
        pytest.raises(DihyaError, match="plugin 'vault' asks for service Blobs.*install or enable dihya-storage"),
    ):
        act.get(Blobs)


def test_two_providers_of_one_service_quarantine_the_second(make_app, plugin):
    """The message names both of the providers."""
    app = make_app(plugins={"one": provider(plugin), "two": provider(plugin)})
    (two,) = [info for info in app.hooks.all() if info.name == "two"]
    assert two.state == "quarantined"
    assert "plugins 'one' and 'two' both provide Cellar" in two.reason


def test_whether_somebody_provides_a_service_is_known_without_making_it(make_app, plugin):
    """The answer is yes for what an active plugin provides, and no for anything else."""

    def register_services(registry):
        registry.register_factory(Cellar, lambda: pytest.fail("it was made"))

    with make_app(plugins={"one": plugin(register_services)}).act() as act:
        plugins = act.get(Plugins)
        assert plugins.provides(Cellar) and not plugins.provides(Blobs)


def test_without_a_keeper_of_settings_the_operator_decides(make_app):
    """A plugin with editable settings works where nobody keeps any, for the application and for a person."""
    app = make_app(plugins={"door": SimpleNamespace(Settings=Door)}, config={"door": {"width": 75}})
    with app.act(actor=Actor("ann", "Ann", frozenset({"user"}))) as act:
        assert act.get(Door).width == 75 and mine(Door).width == 75


def test_only_plain_values_are_editable(make_app):
    """A plugin that marks a table of values is quarantined, with the field and what to write."""

    class Nested(BaseModel):
        doors: list[Settings] = editable([], Text("Doors", "Portes"), Text("Of it.", "À elle."))

    app = make_app(plugins={"door": SimpleNamespace(Settings=Nested)})
    (reason,) = [info.reason for info in app.hooks.all() if info.name == "door"]
    assert "setting 'doors' is no plain value" in reason and "use Field" in reason
