"""A distribution gives defaults that people and operators may change, and locks others."""

import pytest
from dihya_core.settings.distributed import Distribution, installed
from dihya_core.settings.reading import read
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import SettingLayers, SettingsStore, editable
from pydantic import BaseModel

TEXT = """
name = "club-suite"
version = "1.2"
locked = ["toy.colour"]
[settings.toy]
colour = "red"
picture = "{distribution}/logo.svg"
count = 3
"""


@pytest.fixture
def club(tmp_path):
    """The file of a distribution, as it lies in an environment."""
    path = tmp_path / "share" / "distribution.toml"
    path.parent.mkdir()
    path.write_text(TEXT)
    return installed(path)


def test_an_environment_without_the_file_is_none(tmp_path):
    """Nobody has to be a distribution."""
    assert installed(tmp_path / "distribution.toml") is None


def test_what_it_says_stands_below_what_the_operator_says(club, tmp_path):
    """Its values are there with its name as their source; a file, a variable and an option stand above them."""
    (tmp_path / "dihya.toml").write_text("[toy]\ncount = 5\n")
    found = read(tmp_path / "dihya.toml", ["toy"], environ={}, distribution=club)
    assert found.plain("toy") == {"colour": "red", "picture": f"{tmp_path}/share/logo.svg", "count": 5}
    assert (found.sections["toy"]["colour"].source, found.distribution) == ("club-suite 1.2", "club-suite 1.2")
    assert found.faults == []


@pytest.mark.parametrize(
    ("environ", "overrides", "source"), [({"DIHYA_TOY_COLOUR": "blue"}, (), "DIHYA_TOY_COLOUR"), ({}, ["toy.colour=blue"], "--set")]
)  # fmt: skip
def test_what_it_locks_is_nobody_elses(club, environ, overrides, source):
    """Whoever says it, in whatever place, is told where and by whom it is locked, and nothing starts."""
    found = read(None, ["toy"], environ=environ, overrides=overrides, distribution=club)
    (fault,) = found.faults
    assert str(fault) == (
        f"{source}: toy.colour: expected no other value than 'club-suite 1.2' gives, which locks it, got another; take it out"
    )


def test_a_plugin_that_it_speaks_of_and_that_is_gone_is_a_warning(club):
    """As in a file: what is said of a plugin that was uninstalled stops no start."""
    found = read(None, ["other"], environ={}, distribution=club)
    assert found.faults == [] and "club-suite 1.2: [toy] names 'toy', which is not installed" in found.warnings[0]


class Settings(BaseModel):
    """Settings that people change."""

    name: str = editable("none", Text("Name", "Nom"), Text("What it is called.", "Comment il s’appelle."))
    room: str = editable("none", Text("Room", "Salle"), Text("Where it is.", "Où il est."))


def test_people_change_its_defaults_and_not_what_it_locks(make_app, plugin, monkeypatch):
    """A stored value stands above a default of the distribution, and below what it locks, which says so."""
    from dihya_core.settings import distributed
    from dihya_hookspecs import hookimpl

    club = Distribution("club-suite 1.2", {"toy": {"name": "Club", "room": "Hall"}}, ("toy.room",))
    monkeypatch.setattr(distributed, "installed", lambda: club)

    class Store:
        def follow(self):
            self.layers.lay({"toy": {"name": "Ours", "room": "Cellar"}})

        def chosen(self, person):
            return {}

    @hookimpl
    def register_services(registry):
        registry.register_value(SettingsStore, store)

    store = Store()
    toy = plugin(Settings=Settings, __name__="dihya_toy")
    keeper = plugin(register_services=register_services, __name__="dihya_keeper")
    app = make_app(plugins={"toy": toy, "keeper": keeper})
    with app.act() as act:
        store.layers = act.get(SettingLayers)
        counts = store.layers.of(Settings, None)
        assert (counts.name, counts.room) == ("Ours", "Hall")
        assert store.layers.sections()["toy"].said["room"].kind == "distribution"
