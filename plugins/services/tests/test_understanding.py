"""What the words of a sentence become beside blocks."""

from __future__ import annotations

from functools import cache

import pytest
from dihya_services.things import Dictionary
from dihya_services.understanding import understand
from dihya_services.views import said
from dihya_templates.blocks import own_blocks
from dihya_templates.composing import Composer

BLOCKS = {block.name: block for block in own_blocks()}


@cache
def dictionary() -> Dictionary:
    """Return the words of all blocks."""
    return Dictionary(own_blocks())


def read(text: str):
    """Return what *text* becomes beside the tables of the blocks that it names."""
    things = dictionary().read(text)
    names = {thing.block.name: thing.block.name for thing in things.named}
    composer = Composer(BLOCKS, [{"name": "head", "does": ["lead"]}])
    return understand(things, [composer.table(name, names) for name in names], said)


def used(text: str) -> dict[str, tuple[str, str]]:
    """Return phrase → its use and its table."""
    return {use.text: (use.use, use.table) for _length, use in read(text).uses.values()}


@pytest.mark.parametrize(
    ("text", "word", "table"),
    [
        ("prêts d'ordinateurs aux adhérents, avec date de retour", "date de retour", "loan"),
        ("équipements avec numéro de série", "numéro de série", "equipment"),
        ("parcelles, surface et récoltes", "surface", "plot"),
    ],
)
def test_a_field_that_a_table_has_counts_as_named(text, word, table) -> None:
    """Nothing is added beside it."""
    assert used(text)[word] == ("field", table)
    assert read(text).entities() == []


def test_a_field_is_added_to_the_thing_before_it() -> None:
    """The sizes of jerseys are those of the members."""
    (entity,) = read("équipements et adhérents, taille du maillot").entities()
    assert (entity["name"], entity["origin"]) == ("member", "sentence")
    assert [(field["label"]["fr"], field["personal"]) for field in entity["fields"]] == [
        ("Taille du maillot", "content")
    ]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("suivi de bébé : tétées et siestes", ["Tétées", "Siestes"]),
        ("registre des courriers", []),
        ("recensement des arbres du parc avec hauteur", ["Arbres"]),
        ("pottery: kilns, glazes", ["Kilns", "Glazes"]),
        ("blah blah blah", []),
        ("qui a rendu quoi, quand elle veut", []),
        ("gérer rapidement", []),
        ("cabinet d'orthoptie : patients", []),
    ],
)
def test_a_thing_that_no_block_knows_becomes_a_table_where_things_are_listed(text, titles) -> None:
    """In a list, or behind “registre des”; no other word becomes one."""
    found = read(text)
    assert [found.tables[name]["title"]["fr"] for name in found.added] == titles


def test_a_word_in_the_singular_behind_a_thing_is_its_field() -> None:
    """“Ciselure” is said of each product, and no table."""
    found = read("produits avec ciselure")
    assert [field["label"]["fr"] for field in found.more["product"]] == ["Ciselure"]


@pytest.mark.parametrize(
    ("text", "word", "table"),
    [
        ("cotisations impayées des adhérents", "impayées", "fee"),
        ("prêts en retard", "retard", "loan"),
        ("late loans of members", "late", "loan"),
    ],
)
def test_a_state_is_found_in_the_table_that_has_it(text, word, table) -> None:
    """It is no field of its own."""
    assert used(text)[word] == ("state", table)


@pytest.mark.parametrize(("text", "is_state"), [("articles en rédaction", True), ("articles de la rédaction", False)])
def test_one_word_names_a_value_with_its_small_word_only(text, is_state) -> None:
    """“En rédaction” is a state of an article, and the “rédaction” are those who write it."""
    assert (("state", "article") in used(text).values()) == is_state


def test_forty_nouns_give_eight_tables_at_most() -> None:
    """The others are said not to be understood."""
    nouns = [f"zorbal{ending}s" for ending in "abcdefghijklmnopqrstuvwxyz"]
    assert len(read(f"liste : {', '.join(nouns)}").added) == 8
