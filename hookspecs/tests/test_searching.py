"""A word is found in a text however either is spelled, the same on both engines."""

import pytest
from dihya_hookspecs.resources.folding import fold
from dihya_hookspecs.resources.searching import LONGEST, _expression, occurs
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import literal, select

NAMES = st.sampled_from("oOœŒeEéÉaæÆsSßẞlŁł\u0301\u0308i\u0131İ.%_\\\\[^-] \n\u200bжΩ")
TEXTS = st.text(NAMES, max_size=10)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=10), word=TEXTS.filter(fold))
def test_a_word_is_found_where_the_folded_text_holds_it(engines, texts, word):
    """Anywhere in the text or at its start: as Python says of the folded word and the folded text."""
    for engine in engines:
        with engine.connect() as connection:
            asked = [occurs(literal(text), word, at_start=start) for text in texts for start in (False, True)]
            found = [bool(one) for one in connection.execute(select(*asked)).one()]
        wanted = [answer for text in texts for answer in (fold(word) in fold(text), fold(text).startswith(fold(word)))]
        assert found == wanted, engine.name


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("evrard", "Œvrard"),
        ("so", "sœur"),
        ("strasse", "Straße"),
        ("noel", "NOËL"),
        ("[a]^-", "x[Á]^-"),
        ("nguyen", "Nguyễn"),
    ],
)
def test_half_a_ligature_and_every_accent_are_found(engines, word, text):
    """On both engines, with signs that an expression would read otherwise."""
    for engine in engines:
        with engine.connect() as connection:
            assert connection.scalar(select(occurs(literal(text), word))), engine.name


def test_a_word_of_many_ligatures_is_folded_instead(engines):
    """An expression that names every way to write two hundred times oe would fill the memory; the answer is the same."""
    word = "oe" * 100
    assert _expression(word, False) is None and len(_expression("soeur", False)) < LONGEST
    with engines[1].connect() as connection:
        assert connection.scalar(select(occurs(literal("x" + "œ" * 100), word)))
