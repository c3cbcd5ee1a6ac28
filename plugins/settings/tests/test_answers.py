"""What is told of a setting, and where its value comes from."""

from dihya_hookspecs.access import Actor
from dihya_hookspecs.settings import SettingLayers, SettingsStore
from dihya_settings.answers import told, version
from dihya_settings.models import Value

ANN = Actor("ann", "Ann")


def of(app, person=None):
    with app.act(actor=ANN) as act:
        store = act.get(SettingsStore)
        (found,) = told(act.get(SettingLayers), store.kept(), person, store.kept("ann") if person else None, "choir")
    return found, {one.name.partition(".")[2]: one for one in found.settings}


def test_a_person_is_not_told_where_the_operator_said_it(start):
    """That is a file on the server; who reads the settings of the application may know."""
    app = start(said={"mood": "sad"})
    _, everybody = of(app)
    _, own = of(app, ANN)
    assert everybody["mood"].where and (own["mood"].where, own["mood"].source, own["mood"].locked) == (
        "",
        "program",
        True,
    )


def test_what_waits_for_the_next_start_does_not_count_yet(start, change):
    """The value that counts is told, and the one that waits."""
    app = start()
    of(app)
    change(app, "choir.pool", 7)
    _, found = of(app)
    assert (found["pool"].value, found["pool"].waiting, found["pool"].source) == (2, 7, "default")


def test_what_is_stored_and_does_not_fit_is_told(start, change):
    """The default counts, and the reason stands beside it."""
    app = start()
    change(app, "choir.songs", 4)
    with app.act() as act:
        act.session.get(Value, ("choir", "songs")).value = 99
    change(app, "choir.motto", "x")
    _, found = of(app)
    assert (found["songs"].value, found["songs"].source, found["songs"].misfit) == (3, "default", "must be at most 9")


def test_the_version_is_that_of_the_last_change(start, change):
    """Going back to the default is a change too."""
    app = start()
    assert version(of(app)[0]) == 0
    change(app, "choir.songs", 4)
    first = version(of(app)[0])
    change(app, "choir.songs")
    assert version(of(app)[0]) > first > 0
