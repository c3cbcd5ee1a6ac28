"""The words of a proof: English sentences that the catalogue has in French."""

from __future__ import annotations

from pathlib import Path

import dihya_tests
from babel.messages.pofile import read_po
from dihya_hookspecs import i18n
from dihya_tests import titles


def test_a_line_keeps_its_sentence_and_its_values() -> None:
    """The English sentence is whole, and the reader's language is made from the template and its values."""
    line = titles.line(titles.LIMITS, True, 1.0, titles.USED, took="8.2", limit="180", peak=128, memory=1500)
    assert line.detail == "8.2 of 180 seconds, 128 of 1500 MB of memory"
    with (Path(dihya_tests.__file__).parent / "translations" / "fr.po").open("rb") as file:
        french = {message.id: message.string for message in read_po(file)}
    i18n.use("fr", lambda message, plural, count, plugin: french.get(message, ""))
    try:
        assert (line.title, line.said) == (
            "dans les limites de temps et de mémoire", "8.2 secondes sur 180, 128 Mo de mémoire sur 1500",
        )  # fmt: skip
    finally:
        i18n.use("en", None)


def test_words_of_a_test_are_left_as_they_are() -> None:
    """A percent sign in what a test said is no place for a value."""
    assert titles.line("a", False, 0.0, "100 % wrong").detail == "100 % wrong"
