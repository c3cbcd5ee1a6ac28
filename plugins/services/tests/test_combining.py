"""What a sentence, a template and a model say of the tables, put together."""

from __future__ import annotations

from dihya_hookspecs import Flaw
from dihya_hookspecs.generation import Needs
from dihya_services.combining import beside, joined, stands, without

FIELD, OTHER = {"name": "size", "type": "text"}, {"name": "colour", "type": "text"}


def needs(*entities, **options):
    """Return needs with these added tables and options."""
    return Needs("an idea", "association", "club", options, "fr", entities)


def test_fields_of_the_sentence_join_the_table_that_it_names():
    """They stand behind the table's own; another table stands by itself."""
    whole = joined(
        [{"name": "boat", "fields": [FIELD]}],
        [{"name": "boat", "fields": [OTHER]}, {"name": "sail", "fields": [FIELD]}],
    )
    assert [(each["name"], [field["name"] for field in each["fields"]]) for each in whole] == [
        ("boat", ["size", "colour"]), ("sail", ["size"]),
    ]  # fmt: skip


def test_a_model_adds_fields_beside_those_of_the_sentence_and_repeats_none():
    """The sentence's own field wins over one of the same name, and a table that it did not bring comes along."""
    said = [{"name": "boat", "fields": [FIELD]}]
    modelled = [
        {"name": "boat", "fields": [{"name": "size", "type": "integer"}, OTHER]},
        {"name": "sail", "fields": [FIELD]},
    ]
    first, second = beside(said, modelled)
    assert first["fields"] == [FIELD, OTHER] and second["name"] == "sail"


def test_a_part_stands_while_its_options_have_the_values_that_it_names():
    """One without conditions always does."""
    assert stands({}, {}) and stands({"when": {"boats": True}}, {"boats": True})
    assert not stands({"when": {"boats": True}}, {"boats": False})


def test_what_a_flaw_points_at_is_taken_away_alone():
    """A field where its table keeps another, otherwise the table; an option by its name."""
    two = needs({"name": "boat", "fields": [FIELD, OTHER]}, boats=True, sails=True)
    assert without(two, Flaw("/entities/0/fields/1/type", "wrong")).entities[0]["fields"] == [FIELD]
    assert without(needs({"name": "boat", "fields": [FIELD]}), Flaw("/entities/0/fields/0", "wrong")).entities == ()
    assert without(two, Flaw("/options/boats", "wrong")).options == {"sails": True}


def test_a_flaw_of_something_else_takes_nothing_away():
    """A name that is taken is for a person to change."""
    assert without(needs(), Flaw("/name", "taken")) is None
