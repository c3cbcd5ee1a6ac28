"""What the words of a sentence speak for."""

from __future__ import annotations

import pytest
from dihya_hookspecs.generation import Sector, Template
from dihya_hookspecs.i18n import Text
from dihya_services.reading import Business, Vocabulary, uncovered

TITLE = Text("x", "x")
CLUB = Sector("club", TITLE, ("adhérent", "cotisation", "membre", "comité des fêtes"))
LETTING = Sector("letting", TITLE, ("locataire", "loyer", "bail", "comité"))


@pytest.fixture
def vocabulary() -> Vocabulary:
    """Two trades."""
    return Vocabulary([CLUB, LETTING])


def test_a_word_of_one_trade_alone_is_worth_one(vocabulary) -> None:
    """Each word speaks for its trade, as it was written."""
    reading = vocabulary.read("nos adhérents et leurs cotisations")
    assert (reading.said, reading.scores) == ({"club": ["adhérents", "cotisations"]}, {"club": 2.0})


def trade(name: str, *names: str) -> Template:
    """A template of whose business these are names."""
    return Template(name, "1", TITLE, TITLE, {}, (), (), names=names)


@pytest.mark.parametrize(
    ("sentence", "business"),
    [
        ("a bakery that takes orders", Business("food", "bakery", first=True)),
        ("gérer une petite boulangerie", Business("food", "boulangerie", first=True)),
        ("orders of a bakery", Business("food", "bakery", first=False)),
        ("bakery orders", Business("food", "bakery", first=True)),
        ("jokes for the bakery newspaper", None),
        ("breads and bakery", None),
        ("a town hall and its rooms", Business("public", "town hall", first=True)),
        ("the hall of our town", None),
        ("une salle de sport", Business("sport", "salle de sport", first=True)),
        ("Une Salle d’escalade", Business("sport", "Salle d’escalade", first=True)),
        ("salle de réunion", None),
        ("a shop", None),
        ("", None),
    ],
)
def test_a_business_is_named_at_the_beginning_or_behind_an_article(sentence, business) -> None:
    """The longest name counts; one that two trades share names none, nor does one that says more of another noun."""
    trades = [
        trade("food", "bakery", "boulangerie", "shop"),
        trade("public", "town hall"),
        trade("sport", "salle de sport", "salle d'escalade", "shop"),
    ]
    assert Vocabulary(trades).read(sentence).business == business


def test_a_word_counts_once_however_often_it_is_said(vocabulary) -> None:
    """A thousand times the same word, in any of its forms, is one word."""
    assert vocabulary.read("adhérents " * 1000 + "adhérent").scores == {"club": 1.0}


def test_a_word_that_many_trades_use_is_worth_half(vocabulary) -> None:
    """“Member” says less than a word of one trade."""
    assert vocabulary.read("nos membres").scores == {"club": 0.5}


def test_the_longest_phrase_is_found_and_is_worth_one(vocabulary) -> None:
    """A phrase of several words counts as a whole for the trade that knows it, and small words between do not matter."""
    reading = vocabulary.read("le comité des fêtes")
    assert reading.scores["club"] == 1.0 and reading.said["club"] == ["comité fêtes"]


def test_a_sentence_without_a_known_word_speaks_for_nothing(vocabulary) -> None:
    """Nothing is made up."""
    assert vocabulary.read("calculer une trajectoire").scores == {}


def test_a_sentence_of_common_words_only_is_read_whole(vocabulary) -> None:
    """Words are left out only as long as others remain."""
    assert vocabulary.read("gérer la liste").scores == {}


def test_words_without_a_place_in_the_template_are_named(fakes) -> None:
    """What the template calls by name is covered in every form; what it does not is said as it was written."""
    template = fakes.library.get("association")
    reading = Vocabulary([template]).read("adhérents, courriels et ordinateurs prêtés, des ordinateurs")
    assert uncovered(reading, template) == ["ordinateurs", "prêtés"]
