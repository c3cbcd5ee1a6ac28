"""Where in a sentence a word stands: in a list of things, behind “registre du”, or in what only says whose things these are."""

from __future__ import annotations

from .lemmas import fold
from .reading_words import listed_as
from .sentence import Sentence, is_participle, is_plural


def clausal(sentence: Sentence, place: int) -> bool:
    """True where an item begins with “who”, “I”, “when”: it is no list of things."""
    at = sentence.content[place]
    item = sentence.token(place).item
    first = at
    while first > 0 and sentence.tokens[first - 1].item == item:
        first -= 1
    return any(token.folded in listed_as("clausal") for token in sentence.tokens[first : at + 1])


def describes(sentence: Sentence, place: int) -> bool:
    """True in what comes before a colon, or before the first “with”: it says whose things these are."""
    token = sentence.token(place)
    colon = next((number for number, sign in enumerate(sentence.signs) if sign == ":"), 0)
    if colon:
        return token.clause < colon
    following = next((each for each in sentence.tokens if each.item == 1), None)
    return (
        token.item == 0
        and following is not None
        and following.folded in ("with", "avec")
        and not opened(sentence, place)
    )


def opened(sentence: Sentence, place: int) -> bool:
    """True directly behind “registre du”, “list of”, “manage”."""
    at = sentence.content[place]
    before = at
    while before > 0 and sentence.tokens[before - 1].small:
        before -= 1
    if before == 0 or sentence.tokens[before - 1].folded not in listed_as("opening"):
        return False
    several = is_plural(sentence.words[place], sentence.language)
    return before < at or several


def listed(sentence: Sentence, place: int) -> bool:
    """True where a thing is plausible: in a list of several items, or behind a comma or a colon."""
    token = sentence.token(place)
    items = {each.item for each in sentence.tokens if each.clause == token.clause}
    return len(items) > 1 or sentence.signs[token.clause] in (":", ",", "(", ";")


def noun(sentence: Sentence, place: int) -> bool:
    """True for a word that may name a thing: no verb, no number, and none that only opens a list or a clause."""
    word, before = sentence.words[place], sentence.tokens[sentence.content[place] - 1]
    if before.folded in ("a", "to") and sentence.content[place] and word.text.endswith(("er", "ir", "re")):
        return False
    if fold(word.text) in listed_as("opening") | listed_as("clausal"):
        return False
    return word.text.isalpha() and not word.common and len(word.text) > 2 and not is_participle(word, sentence.language)
