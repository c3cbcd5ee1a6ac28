"""A change is allowed, checked, stored, recorded and told, or nothing of it."""

import pytest
from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.access import Actor
from dihya_hookspecs.settings import SettingLayers, SettingsStore
from dihya_settings.changing import speakable
from dihya_settings.models import Value
from sqlalchemy import select

ANN, BOB = (Actor(name.lower(), name, frozenset({"admin"})) for name in ("Ann", "Bob"))


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("choir.song", "did you mean 'choir.songs'?"),
        ("choir.hidden", "no setting 'choir.hidden' that people can change"),
        ("nobody.x", "no setting 'nobody.x'"),
        ("choir", "no setting 'choir'"),
    ],
)
def test_only_what_a_plugin_marks_can_be_changed(start, change, setting, words):
    """The operator's settings are no more found than those that do not exist; what is near is suggested."""
    with pytest.raises(NotFound) as caught:
        change(start(), setting, 4)
    assert words in caught.value.message


def test_what_is_not_personal_is_chosen_by_nobody(start, change):
    """It is the same for all."""
    with pytest.raises(NotFound, match="no setting 'choir.songs' that each person can choose"):
        change(start(), "choir.songs", 4, actor=ANN, person="ann")


@pytest.mark.parametrize("person", [None, "ann"])
def test_what_the_operator_said_is_locked(start, change, read, person):
    """409 with the place where it was said, for the application and for each person."""
    app = start(said={"mood": "sad"})
    with pytest.raises(Invalid, match="the operator set 'choir.mood' in given in memory") as caught:
        change(app, "choir.mood", "glad", actor=ANN, person=person)
    assert caught.value.status == 409 and read(app, "mood", ANN) == "sad"


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("choir.songs", 99, "must be at most 9"),
        ("choir.songs", "many", "must be a whole number"),
        ("choir.songs", 6, "songs are at most as many as most"),
        ("choir.mood", "wild", "must be one of 'glad', 'sad'"),
        ("choir.most", 2**53, "must be a number closer to zero"),
        ("choir.most", 10**30, "must be a number closer to zero"),
        ("choir.pool", -(10**30), "must be a number closer to zero"),
    ],
)
def test_the_plugin_s_own_model_judges(start, change, read, setting, value, words):
    """Limits, types and rules across fields, and what JSON cannot keep; nothing is stored."""
    app = start()
    with pytest.raises(Invalid) as caught:
        change(app, setting, value)
    assert words in caught.value.flaws[0].detail and caught.value.status == 422
    with app.act() as act:
        assert act.session.scalars(select(Value)).all() == []


def test_rules_across_fields_look_at_what_is_stored(start, change, read):
    """More songs fit once more are allowed."""
    app = start()
    change(app, "choir.most", 9)
    change(app, "choir.songs", "8")
    assert read(app, "songs") == 8
    with pytest.raises(Invalid, match="does not fit"):
        change(app, "choir.most", 7)


def test_who_is_second_is_told_by_whom(start, change, read):
    """409 with the name of who was faster; nothing of the second change is stored."""
    app = start()
    change(app, "choir.songs", 4, actor=ANN, version=0)
    with pytest.raises(Invalid, match="Ann changed 'choir.songs' meanwhile") as caught:
        change(app, "choir.songs", 5, actor=BOB, version=0)
    assert caught.value.status == 409 and caught.value.params["name"] == "Ann"
    change(app, "choir.songs", 5, actor=BOB, version=1)
    assert read(app, "songs") == 5


def test_a_change_is_recorded_with_its_values(start, change):
    """By whom, what, from what to what."""
    app = start()
    change(app, "choir.songs", 4, actor=ANN)
    change(app, "choir.songs", 5, actor=ANN)
    found = [one for one in app.trail if one.action == "settings.set"]
    assert [(one.actor, one.object, one.facts["old"], one.facts["new"]) for one in found] == [
        ("ann", "settings_values:choir.songs", None, "4"), ("ann", "settings_values:choir.songs", "4", "5"),
    ]  # fmt: skip


def test_what_a_person_chose_is_recorded_without_the_value(start, change):
    """That they chose, not what."""
    app = start()
    change(app, "choir.motto", "tanina", actor=ANN, person="ann")
    (event,) = [one for one in app.trail if one.action == "settings.chosen"]
    assert event.facts == {"default": False} and "tanina" not in str(app.trail)


def test_a_secret_is_nowhere_to_be_read(start, change, read, caplog):
    """It counts; table, trail, log, error and command show that it is set, and not what it is."""
    caplog.set_level("DEBUG")
    app = start("securite")
    change(app, "choir.token", "hush-hush", actor=ANN)
    assert read(app, "token").get_secret_value() == "hush-hush"
    with app.act() as act:
        kept = act.get(SettingsStore).kept()["choir.token"]
    shown = app.cli("config", "show", "choir").output + app.cli("config", "explain", "choir.token").output
    assert "token = ••••••  # stored by Ann" in shown
    with pytest.raises(Invalid) as caught:
        change(app, "choir.token", ["hush-hush"])
    said = f"{kept}{app.trail}{shown}{caught.value.message}{caught.value.flaws}{caplog.text}"
    assert "hush" not in said


def test_a_secret_under_another_key_is_named_and_the_default_counts(start, change, read):
    """As after a restore without the keys: nothing is lost, and nothing breaks."""
    from dihya_settings.service import look, probe

    app = start("securite")
    change(app, "choir.token", "hush-hush")
    with app.act() as act:
        row = act.session.get(Value, ("choir", "token"))
        row.value = {"sealed": "AAAA"}
    change(app, "choir.songs", 4)
    look(app.flask.acts)
    assert read(app, "token").get_secret_value() == ""
    with app.act() as act, pytest.raises(Exception, match="choir.token .sealed under another key"):
        assert act.get(SettingLayers)
        probe()


def test_going_back_where_nothing_is_stored_changes_nothing(start, change):
    """No row, no record, no event."""
    app = start()
    change(app, "choir.songs")
    assert [one for one in app.trail if one.action == "settings.set"] == []


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (4, "4"),
        (True, "true"),
        (0.5, "0.5"),
        ("sad", "sad"),
        ("sing with us", None),
        (["a", "b"], None),
        (123456789, None),
    ],
)
def test_only_numbers_and_words_are_spoken_of(value, said):
    """What may be a name, an address or a telephone number is not."""
    assert speakable(value) == said


def test_what_is_changed_together_is_judged_together(start, read):
    """A rule across fields looks at the other values of the same act."""
    app = start()
    with app.act() as act:
        act.get(SettingsStore).set("choir.songs", 8, beside={"most": 9})
        act.get(SettingsStore).set("choir.most", 9, beside={"songs": 8})
    assert read(app, "songs") == 8


def test_going_back_is_judged_too(start, change, read):
    """A default that breaks a rule with what else is stored is refused."""
    app = start()
    change(app, "choir.most", 9)
    change(app, "choir.songs", 8)
    with pytest.raises(Invalid, match="does not fit"):
        change(app, "choir.most")
    assert read(app, "most") == 9


def test_a_change_between_reading_and_writing_is_told(start, read):
    """Somebody reads, another changes and is done, the first writes: 409 with the name, on every database."""
    app, store = start(), None
    with pytest.raises(Invalid, match="Ann changed 'choir.songs' meanwhile") as caught, app.act(actor=BOB) as slow:
        store = slow.get(SettingsStore)
        assert store.kept() == {}
        with app.act(actor=ANN):
            store.set("choir.songs", 4, version=0)
        store.set("choir.songs", 5, version=0)
    assert caught.value.status == 409 and read(app, "songs") == 4
