"""Several settings are changed at once, or none of them."""

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.access import Actor
from dihya_hookspecs.settings import SettingsStore
from dihya_settings.patching import patch

ANN = Actor("ann", "Ann")


def patched(app, wanted, *values, **options):
    with app.act(actor=ANN):
        patch("choir", wanted, *values, **options)


def kept(app, person=None):
    with app.act() as act:
        return {name: one.value for name, one in act.get(SettingsStore).kept(person).items() if one.kept}


def test_values_are_stored_and_none_goes_back(start, change):
    """What is not named stays as it is."""
    app = start()
    change(app, "choir.motto", "tanina")
    change(app, "choir.songs", 2)
    patched(app, {"songs": None, "names": ["a"]})
    assert kept(app) == {"choir.motto": "tanina", "choir.names": ["a"]}


def test_faults_have_their_place_in_the_body(start):
    """Each at its pointer, below the place where the values stand; nothing is stored."""
    app = start()
    with pytest.raises(Invalid) as caught:
        patched(app, {"mood": "wild", "songs": 4, "motto": "x"}, person="ann", at="/choir")
    assert [flaw.pointer for flaw in caught.value.flaws] == ["/choir/songs", "/choir/mood"]
    assert kept(app, "ann") == {}


def test_somebody_who_was_faster_is_named(start, change):
    """409 for a version that is not the newest of this setting."""
    app = start()
    change(app, "choir.songs", 4, actor=ANN)
    with pytest.raises(Invalid, match="Ann changed 'choir.songs' meanwhile") as caught:
        patched(app, {"songs": 5}, {"choir.songs": 0})
    assert caught.value.status == 409 and kept(app) == {"choir.songs": 4}
