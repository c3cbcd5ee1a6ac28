"""What the editor's forms were sent, field by field."""

from __future__ import annotations

import pytest
from dihya_hookspecs.i18n import use
from dihya_services.editor.inputs import both, lines, number, words
from werkzeug.datastructures import MultiDict

NOW = {"en": "Members", "fr": "Adhérents"}


@pytest.fixture(autouse=True)
def reader():
    """Somebody who reads French."""
    use("fr", None)
    yield
    use("en", None)


@pytest.mark.parametrize(
    ("given", "other", "wanted"),
    [
        ("Adhérents", "Members", None),
        ("Adhérents", None, None),
        ("Licenciés", "Members", "Licenciés"),
        ("Licenciés", "Licensees", {"fr": "Licenciés", "en": "Licensees"}),
        ("Adhérents", "Fellows", {"fr": "Adhérents", "en": "Fellows"}),
        ("Licenciés", "", "Licenciés"),
        ("", "Members", ""),
    ],
)
def test_the_other_language_follows_unless_it_was_typed_too(given: str, other: str | None, wanted: object) -> None:
    """None where nothing changed; a text for one language; both where both were typed."""
    assert words(NOW, given, other) == wanted


def test_a_label_fills_two_fields() -> None:
    """The reader's language first."""
    assert both("title", NOW) == {"title": "Adhérents", "title_other": "Members"}
    assert both("title", "Club") == {"title": "Club", "title_other": "Club"}
    assert both("help", None) == {"help": "", "help_other": ""}


@pytest.mark.parametrize(
    ("typed", "wanted"), [("12", 12), ("-3", -3), ("", None), ("many", "many"), ("9" * 20, "9" * 20)]
)
def test_a_number_that_is_none_stays_text_so_that_the_edit_says_so(typed: str, wanted: object) -> None:
    """Nothing is guessed."""
    assert number(MultiDict({"max": typed}), "max") == wanted


def test_lines_say_something() -> None:
    """Empty ones are left out."""
    assert lines("Small \r\n\r\n Medium\n") == ["Small", "Medium"]
