"""Where in a sentence a word stands."""

from __future__ import annotations

import pytest
from dihya_services.positions import clausal, describes, listed, noun, opened
from dihya_services.sentence import parsed


def place(sentence, text):
    """Return which of the content words *text* is."""
    return next(at for at in range(len(sentence.content)) if sentence.token(at).text == text)


@pytest.mark.parametrize(
    ("asked", "text", "word", "told"),
    [
        (listed, "adhérents, ruches, récoltes", "ruches", True),
        (listed, "nous avons des ruches", "ruches", False),
        (listed, "club d'apiculture : ruches", "ruches", True),
        (opened, "registre des ruches", "ruches", True),
        (opened, "les ruches", "ruches", False),
        (describes, "club d'apiculture : ruches et récoltes", "apiculture", True),
        (describes, "club d'apiculture : ruches et récoltes", "ruches", False),
        (clausal, "qui emprunte les ruches", "ruches", True),
        (clausal, "ruches et récoltes", "récoltes", False),
        (noun, "ruches à fabriquer", "ruches", True),
        (noun, "ruches à fabriquer", "fabriquer", False),
        (noun, "ruches vendues", "vendues", False),
    ],
)
def test_a_word_is_placed(asked, text, word, told):
    """In a list, behind “registre de”, before a colon, in a clause that begins with “who”, or as what may name a thing."""
    sentence = parsed(text)
    assert asked(sentence, place(sentence, word)) is told
