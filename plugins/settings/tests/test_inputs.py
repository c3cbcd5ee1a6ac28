"""Rows of the pages: an input for each kind of value, and its text back as the model takes it."""

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.access import Actor
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import SettingLayers, SettingsStore, editable
from dihya_settings.inputs import ABSENT, groups, sent
from pydantic import BaseModel
from werkzeug.datastructures import MultiDict

ANN = Actor("ann", "Ann")


class Voices(BaseModel):
    """A list to tick."""

    parts: frozenset[str] = editable(
        frozenset({"low"}), Text("Parts", "Voix"), Text("Which sing.", "Lesquelles chantent."),
        choices={"high": Text("High", "Aiguës"), "low": Text("Low", "Graves")},
    )  # fmt: skip


@pytest.fixture
def rows(start):
    """Return the rows of the choir by field, for the application or somebody."""

    def rows(app=None, person=None, **options):
        app = app or start(**options)
        with app.act() as act:
            kept = act.get(SettingsStore).kept(person.id if person else None)
            (group,) = groups(act.get(SettingLayers), kept, person, only="choir")
            return {row.name.partition(".")[2]: row for row in group.rows}

    return rows


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("songs", "number"),
        ("mood", "select"),
        ("motto", "text"),
        ("loud", "checkbox"),
        ("names", "textarea"),
        ("token", "password"),
    ],
)
def test_each_kind_of_value_has_its_input(rows, name, kind):
    """Numbers, choices, words, yes or no, lists, secrets."""
    assert rows()[name].kind == kind


def test_limits_of_the_model_stand_at_the_input(rows):
    """A browser checks them before anything is sent."""
    found = rows()
    assert dict(found["songs"].attributes) == {"min": "1", "max": "9", "step": "1"}
    assert dict(found["motto"].attributes) == {"maxlength": "40"}


def test_choices_have_their_captions(rows):
    """In the language of the act, in the input and where the value is read."""
    row = rows()["mood"]
    assert row.choices == (("glad", "Glad"), ("sad", "Sad")) and row.shown == "Glad" and row.text == "glad"


def test_a_row_tells_what_is_stored_and_what_waits(rows, start, change):
    """By whom, at which version, and what counts from the next start on."""
    app = start()
    change(app, "choir.pool", 7, actor=ANN)
    row = rows(app)["pool"]
    assert (row.shown, row.text, row.waiting, row.version, row.kept.name) == ("2", "7", "7", 1, "Ann")


def test_a_person_sees_personal_rows_only(rows, start, change):
    """With what they chose."""
    app = start()
    change(app, "choir.mood", "sad", actor=ANN, person="ann")
    found = rows(app, ANN)
    assert found.keys() == {"mood", "motto"} and found["mood"].shown == "Sad"


def test_what_the_operator_said_is_no_one_elses(rows, start, change):
    """A value that is stored below it is not shown as set by somebody."""
    row = rows(said={"songs": 2})["songs"]
    assert row.said.where == "given in memory" and row.kept is None


@pytest.mark.parametrize(
    ("name", "form", "value"),
    [
        ("songs", {"choir.songs": " 4 "}, "4"),
        ("songs", {"choir.songs": "1\u202f234,5"}, "1234.5"),
        ("songs", {}, ""),
        ("loud", {"choir.loud": "on"}, True),
        ("loud", {}, False),
        ("names", {"choir.names": "Ann\r\n\r\n Bob "}, ["Ann", "Bob"]),
        ("token", {"choir.token": ""}, ABSENT),
        ("token", {"choir.token": "x"}, "x"),
        ("motto", {"choir.motto": " a b "}, "a b"),
    ],
)
def test_what_is_typed_becomes_a_value(rows, name, form, value):
    """As the model takes it; an empty secret leaves things as they are."""
    assert sent(rows()[name], form) == value


def test_several_choices_are_ticked(rows):
    """Each has a box, people read them by their captions, and what is ticked comes back as a list, also nothing."""
    row = rows(model=Voices)["parts"]
    assert (row.kind, row.several, row.text, row.shown) == ("checkboxes", True, "low", "Low")
    assert sent(row, MultiDict([("choir.parts", "high"), ("choir.parts", "low")])) == ["high", "low"]
    assert sent(row, MultiDict()) == []


def test_each_of_several_choices_is_one_of_those_offered(start, change):
    """One that is none is refused with those that are."""
    app = start(model=Voices)
    change(app, "choir.parts", ["high", "low"])
    change(app, "choir.parts", [])
    with pytest.raises(Invalid) as error:
        change(app, "choir.parts", ["high", "middle"])
    assert error.value.flaws[0].detail == "must be one of high, low"
