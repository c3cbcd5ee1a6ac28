"""What a form asks for is stored as a whole, or nothing of it."""

import pytest
from dihya_hookspecs.access import Actor
from dihya_hookspecs.settings import SettingLayers, SettingsStore
from dihya_settings.inputs import groups
from dihya_settings.saving import Rejected, reset, save

ANN = Actor("ann", "Ann")
FORM = {
    "choir.songs": "3",
    "choir.most": "5",
    "choir.mood": "glad",
    "choir.motto": "",
    "choir.names": "",
    "choir.pool": "2",
}


@pytest.fixture
def saved(start):
    """Save a form in an act of its own; return the number, and the application."""

    def saved(app=None, person=None, **typed):
        app = app or start()
        form = {**FORM, **{f"choir.{name}": value for name, value in typed.items()}}
        with app.act(actor=ANN) as act:
            kept = act.get(SettingsStore).kept(person.id if person else None)
            form |= {f"version.{name}": str(one.version) for name, one in kept.items()}
            return save(groups(act.get(SettingLayers), kept, person, only="choir"), form, person), app

    return saved


def test_only_what_differs_is_stored(saved):
    """A form that changes nothing stores nothing."""
    number, app = saved()
    assert number == 0
    assert saved(app, songs="4", motto="tanina")[0] == 2
    with app.act() as act:
        assert act.get(SettingsStore).kept().keys() == {"choir.songs", "choir.motto"}


def test_all_faults_are_told_at_once(saved):
    """Each by its setting, as a sentence; what is about no field by its plugin."""
    with pytest.raises(Rejected) as caught:
        saved(songs="99", mood="wild")
    assert caught.value.faults == {"choir.songs": "Must be at most 9.", "choir.mood": "Must be one of 'glad', 'sad'."}
    with pytest.raises(Rejected) as caught:
        saved(songs="6")
    assert caught.value.faults == {"choir": "Songs are at most as many as most."} and caught.value.status == 422


def test_a_person_stores_for_themselves(saved, read):
    """What differs from what counts for them."""
    number, app = saved(person=ANN, mood="sad")
    assert number == 1 and read(app, "mood", ANN) == "sad" and read(app, "mood") == "glad"
    assert saved(app, person=ANN, mood="sad")[0] == 0


def test_what_does_not_fit_any_more_is_mended_by_saving(saved, start, change):
    """The value that is shown takes its place, although it is the default."""
    from dihya_settings.models import Value

    app = start()
    change(app, "choir.songs", 4)
    with app.act() as act:
        act.session.get(Value, ("choir", "songs")).value = 99
    change(app, "choir.most", 5)
    assert saved(app)[0] == 1
    with app.act() as act:
        assert act.get(SettingsStore).kept()["choir.songs"].value == 3


def test_who_goes_back_second_is_told(start, change):
    """409, and the other's value stays."""
    app = start()
    change(app, "choir.songs", 4)
    with app.act() as act:
        (group,) = groups(act.get(SettingLayers), act.get(SettingsStore).kept(), only="choir")
        row = next(row for row in group.rows if row.name == "choir.songs")
    with pytest.raises(Rejected) as caught, app.act():
        reset(row, {"version.choir.songs": "0"})
    assert caught.value.status == 409 and "changed this meanwhile" in caught.value.faults["choir.songs"]
