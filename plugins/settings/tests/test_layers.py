"""What the operator said counts; where they said nothing, what people stored stands above the default."""

from types import SimpleNamespace

import pytest
from dihya_hookspecs import Invalid, NotFound, hookimpl
from dihya_hookspecs.access import Actor
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import Said, SettingLayers, SettingsStore, editable, mine
from dihya_settings.layers import Layers
from pydantic import BaseModel, Field, SecretStr, field_validator

ANN = Actor("ann", "Ann", frozenset({"user"}))
WORDS = Text("Label", "Libellé"), Text("Help.", "Aide.")


class Settings(BaseModel):
    """A door."""

    width: int = editable(80, *WORDS, ge=60)
    colour: str = editable("green", *WORDS, personal=True, max_length=9)
    hinges: int = editable(3, *WORDS, restart=True)
    key: SecretStr = editable(SecretStr(""), *WORDS)
    house: int = Field(1, description="Number of the house.")

    @field_validator("key")
    @classmethod
    def _long(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < 9:
            raise ValueError(f"{value.get_secret_value()} is too short")
        return value


class Store:
    """Keeps in memory what a test says is stored."""

    def __init__(self, stored, people=None):
        self.stored, self.people, self.looks = stored, people or {}, 0

    def follow(self):
        from dihya_hookspecs.acts import get

        self.looks += 1
        get(SettingLayers).lay(self.stored)

    def chosen(self, person):
        return self.people.get(person, {})


@pytest.fixture
def start(make_app):
    """Start an application with a door, and with a store of these values."""

    def start(stored=None, people=None, config=None, model=Settings):
        store = Store({"door": stored or {}}, people)

        @hookimpl
        def register_services(registry):
            registry.register_value(SettingsStore, store)
            registry.register_value(SettingLayers, Layers(store))

        keeper = SimpleNamespace(register_services=register_services, __name__="dihya_keeper")
        door = SimpleNamespace(Settings=model, __name__="dihya_door")
        app = make_app(plugins={"door": door, "keeper": keeper}, config={"door": config} if config else None)
        app.store = store
        return app

    return start


def counts(app, name, actor=None):
    with app.act(actor=actor) as act:
        return getattr(act.get(Settings), name)


def test_what_is_stored_stands_above_the_default(start):
    """A plugin reads it where it reads its settings."""
    app = start({"width": 90})
    assert counts(app, "width") == 90 and counts(app, "colour") == "green"


def test_what_the_operator_said_counts(start):
    """Whatever is stored, for the application or by a person."""
    app = start({"width": 90}, {"ann": {"door": {"colour": "red"}}}, config={"width": 70, "colour": "blue"})
    assert counts(app, "width") == 70
    with app.act(actor=ANN) as act:
        assert mine(Settings).colour == "blue"
        assert act.get(SettingLayers).sections()["door"].said["width"] == Said("program", "given in memory")


def test_what_no_plugin_marks_cannot_be_stored(start):
    """A row about a field that is the operator's changes nothing."""
    assert counts(start({"house": 7}), "house") == 1


def test_what_fits_no_more_is_left_out_alone(start):
    """The default counts in its place, what else is stored counts, and the reason is kept without the value."""
    app = start({"width": 10, "colour": "red"})
    assert counts(app, "width") == 80 and counts(app, "colour") == "red"
    with app.act() as act:
        assert act.get(SettingLayers).sections()["door"].misfits == {"width": "must be at least 60"}


def test_what_is_read_at_the_start_waits_for_the_next_one(start):
    """The value of the start counts, and the section says that another one waits."""
    app = start({"hinges": 4})
    assert counts(app, "hinges") == 4
    with app.act() as act:
        layers = act.get(SettingLayers)
        layers.lay({"door": {"hinges": 5, "width": 99}})
        assert layers.sections()["door"].waiting == {"hinges"}
    assert counts(app, "hinges") == 4 and counts(app, "width") == 99


def test_a_person_chooses_for_themselves_only(start):
    """What others read, and what the application reads, stays; an unmarked field cannot be chosen."""
    app = start({"colour": "blue"}, {"ann": {"door": {"colour": "red", "width": 99}}})
    with app.act(actor=ANN) as act:
        assert (mine(Settings).colour, mine(Settings).width) == ("red", 80)
        assert mine(Settings) is mine(Settings)
        assert act.get(Settings).colour == "blue"
    with app.act(actor=Actor("bob", "Bob")):
        assert mine(Settings).colour == "blue"
    with app.act():
        assert mine(Settings).colour == "blue"


def test_a_choice_that_fits_no_more_is_left_out(start):
    """The person reads what counts for the application."""
    app = start({"colour": "blue"}, {"ann": {"door": {"colour": "x" * 10}}})
    with app.act(actor=ANN):
        assert mine(Settings).colour == "blue"


def test_a_check_names_each_flaw_and_quotes_no_secret(start):
    """The pointer leads to the field, the words are those of the reader."""
    app = start()
    with app.act() as act, pytest.raises(Invalid) as caught:
        act.get(SettingLayers).check("door", {"width": 3, "key": "hush"})
    assert {flaw.pointer for flaw in caught.value.flaws} == {"/width", "/key"}
    assert "hush" not in str(caught.value.flaws) + caught.value.message


def test_the_store_is_asked_once(start):
    """Reading settings costs no look at the store."""
    app = start({"width": 90})
    for _ in range(3):
        counts(app, "width")
    assert app.store.looks == 1


class Unreachable(Store):
    """A store whose database is out of reach."""

    def follow(self):
        raise ZeroDivisionError


def test_a_store_that_fails_stops_nothing(start, caplog):
    """What the operator said counts, and the log says so."""
    with start().act():
        assert Layers(Unreachable({})).current("door").width == 80
    assert "stored settings cannot be read: ZeroDivisionError" in caplog.text


def test_what_was_out_of_reach_at_the_start_waits_for_the_next_one(start):
    """A field that is read at the start keeps the value that it had there, also where the store failed then."""
    with start().act():
        layers = Layers(Unreachable({}))
        assert layers.current("door").hinges == 3
        layers.lay({"door": {"hinges": 5, "width": 99}})
        assert (layers.current("door").hinges, layers.current("door").width) == (3, 99)


def test_a_plugin_without_settings_has_none(start):
    """Whoever asks for them is told."""
    with start().act() as act, pytest.raises(NotFound, match="no active plugin 'keeper' has settings"):
        act.get(SettingLayers).current("keeper")


def test_people_change_the_defaults_of_a_distribution_and_not_what_it_locks(start, monkeypatch):
    """A stored value stands above a default of the distribution, and below what it locks, which says so."""
    from dihya_core.settings import distributed

    club = distributed.Distribution("club-suite 1.2", {"door": {"width": 70, "colour": "blue"}}, ("door.colour",))
    monkeypatch.setattr(distributed, "installed", lambda: club)
    app = start({"width": 90, "colour": "red"})
    assert (counts(app, "width"), counts(app, "colour")) == (90, "blue")
    with app.act() as act:
        assert act.get(SettingLayers).sections()["door"].said == {"colour": Said("distribution", "club-suite 1.2")}
