"""What a sentence names, wants without, or may mean."""

from __future__ import annotations

import pytest
from dihya_hookspecs.generation import Block
from dihya_hookspecs.i18n import Text
from dihya_services.things import Dictionary, apart_from


@pytest.fixture
def dictionary(fakes):
    return Dictionary(fakes.library.blocks())


def named(things):
    return [thing.block.name for thing in things.named]


def test_things_are_named_in_the_order_of_the_sentence(dictionary):
    """Inflected forms and verbs are found; each thing stands once."""
    things = dictionary.read("Notre club prête des ordinateurs aux adhérents, et encore un ordinateur")
    assert named(things) == ["loan", "equipment", "member"]
    assert [thing.text for thing in things.named] == ["prête", "ordinateurs", "adhérents"]


def test_the_longest_phrase_counts(dictionary):
    """A word inside of a phrase names nothing of its own."""
    assert named(dictionary.read("payer par carte bancaire")) == ["payment"]
    assert named(dictionary.read("licence sportive")) == ["licence"]


@pytest.mark.parametrize(
    "idea",
    [
        "prêts de matériel, sans paiement",
        "loans without any payment",
        "no payment, only loans",
        "prêts sans ordinateur ni paiement",
    ],
)
def test_what_is_not_wanted_is_left_out(dictionary, idea):
    """A “without” reaches over articles and over what it leaves out already."""
    things = dictionary.read(idea)
    assert "payment" in [thing.block.name for thing in things.left_out]
    assert named(things) == ["loan"]


def test_a_without_ends_with_the_next_thing(dictionary):
    """What is said after it in another part of the sentence is wanted."""
    things = dictionary.read("sans paiement, les adhérents empruntent un outil")
    assert [thing.block.name for thing in things.left_out] == ["payment"]
    assert named(things) == ["member", "equipment"]


def test_a_neighbour_decides_what_a_word_means(dictionary):
    """The same word names another thing beside other words."""
    assert named(dictionary.read("licences de notre club de judo")) == ["licence"]
    assert named(dictionary.read("une licence par poste, qui expire")) == ["software_licence"]


def test_a_word_that_nothing_decides_is_doubtful(dictionary):
    """Neither thing is built; the person is told both."""
    things = dictionary.read("suivre les licences")
    assert named(things) == []
    assert [(text, [block.name for block in blocks]) for text, blocks in things.doubtful] == [
        ("licences", ["licence", "software_licence"])
    ]


def test_the_trade_decides_where_no_neighbour_does(dictionary):
    """In a sports club a licence is that of a federation."""
    assert named(dictionary.read("suivre les licences", {"licence"})) == ["licence"]


def test_a_word_that_counts_only_beside_others_names_nothing_alone(dictionary):
    """“Sortie” is an outing, unless equipment stands beside it."""
    assert named(dictionary.read("une sortie en forêt")) == []
    assert named(dictionary.read("sortie de matériel")) == ["loan"]


def test_a_thing_that_two_phrases_name_is_not_in_doubt(dictionary):
    """“Licence” beside two words that decide for the same thing means that thing."""
    assert named(dictionary.read("licence de judo, un sport")) == ["licence"]


def test_a_phrase_does_not_run_over_a_comma(dictionary):
    """“Carte, bancaire” are two words."""
    assert named(dictionary.read("carte, bancaire")) == []


def test_a_word_may_have_neighbours_in_several_lists(dictionary):
    """Each list counts; without any of them the word names nothing, and is no doubt between a thing and itself."""
    assert named(dictionary.read("clés sorties")) == ["loan"]
    alone = dictionary.read("une sortie en forêt")
    assert (named(alone), alone.doubtful) == ([], ())


def test_a_neighbour_without_letters_is_never_in_sight():
    """“N°” is no word: it decides nothing, wherever it is listed."""
    title = Text("Batches", "Lots")
    batch = Block("batch", title, title, (), [(("lot",), ("n°", "fabrication"))])
    assert named(Dictionary([batch]).read("un lot de trois")) == []
    assert named(Dictionary([batch]).read("un lot de fabrication")) == ["batch"]


@pytest.mark.parametrize(("usual", "wanted"), [((), ["payment"]), (("equipment",), ["equipment", "payment"])])
def test_what_only_the_name_of_the_business_says_names_a_thing_of_its_trade_alone(dictionary, usual, wanted):
    """“Tool” in “tool shop” is no table but where the trade has one; what else the sentence says stays."""
    things = dictionary.read("outil boutique, paiement")
    assert named(apart_from(things, ["outil", "boutique"], usual)) == wanted
    assert named(apart_from(things, [], ())) == ["equipment", "payment"]


def test_a_phrase_ends_before_an_and_that_it_does_not_hold():
    """“Rooms and bookings” are two things, “bed and breakfast” is one."""
    title = Text("x", "x")
    known = [Block("hall", title, title, ("room booking",)), Block("inn", title, title, ("bed and breakfast",))]
    assert named(Dictionary(known).read("rooms and bookings, room bookings")) == ["hall"]
    assert named(Dictionary(known).read("rooms and bookings")) == []
    assert named(Dictionary(known).read("a bed and breakfast")) == ["inn"]
