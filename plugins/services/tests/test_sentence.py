"""A sentence as clauses, items of lists, and words."""

from __future__ import annotations

import pytest
from dihya_services.sentence import is_participle, is_plural, parsed
from hypothesis import given
from hypothesis import strategies as st


def test_commas_and_links_part_the_items_of_a_list() -> None:
    """“And” and “with” begin another item, as a comma begins another clause."""
    tokens = parsed("chiens, box et photo avec date").tokens
    content = [token for token in tokens if not token.small]
    assert [(token.text, token.clause, token.item) for token in content] == [
        ("chiens", 0, 0),
        ("box", 1, 1),
        ("photo", 1, 2),
        ("date", 1, 3),
    ]


def test_words_are_given_back_with_what_stands_between_them() -> None:
    """An elided article is written with its apostrophe again."""
    sentence = parsed("la date d'élagage des arbres")
    assert sentence.whole(0, 2) == "date d'élagage"
    assert sentence.text(0, 2) == "date élagage"


def test_words_are_found_where_they_stand_one_behind_the_other() -> None:
    """The small words between them do not count."""
    sentence = parsed("petit salon de coiffure, coiffure et salon")
    assert list(sentence.places(["salon", "coiffure"])) == [1, 2]
    assert list(sentence.places(["coiffure", "petit"])) == list(sentence.places([])) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [("suivi des arbres du parc", "fr"), ("list of the trees with their height", "en"), ("", "fr")],
)
def test_small_words_tell_the_language(text, language) -> None:
    """French where nothing tells."""
    assert parsed(text).language == language


@pytest.mark.parametrize(
    ("text", "language", "plural", "participle"),
    [
        ("arbres", "fr", True, False),
        ("poids", "fr", False, False),
        ("prix", "fr", False, False),
        ("collectés", "fr", False, True),
        ("trees", "en", True, False),
        ("children", "en", True, False),
        ("taken", "en", False, True),
        ("weight", "en", False, False),
    ],
)
def test_a_word_says_whether_it_means_several(text, language, plural, participle) -> None:
    """A form of a verb is no plural."""
    (word,) = parsed(text).words
    assert (is_plural(word, language), is_participle(word, language)) == (plural, participle)


@given(st.text(max_size=200))
def test_any_text_is_parsed(text) -> None:
    """Each content word is one of the tokens, whatever was typed."""
    sentence = parsed(text)
    assert len(sentence.words) == len(sentence.content)
    assert all(not sentence.tokens[at].small for at in sentence.content)
