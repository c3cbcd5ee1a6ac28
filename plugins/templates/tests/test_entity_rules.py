"""The rules of an entity fit its fields."""

from __future__ import annotations

import pytest
from dihya_templates.entity_rules import rule_fields, rule_flaws, speaks_of, values_of

DAY, HOUR = {"name": "day", "type": "date"}, {"name": "hour", "type": "datetime"}
STATE = {"name": "state", "type": "enum", "values": [{"name": "on"}, {"name": "off"}]}
LINK = {"name": "player_id", "type": "reference", "to": "player"}
COST = {"name": "cost", "type": "decimal", "required": True}
LENGTH = {"name": "length", "type": "integer"}
LEVEL = {"name": "level", "type": "enum", "values": [{"name": "pro"}]}
PLAYER = {
    "name": "player",
    "fields": [
        {"name": "budget", "type": "decimal"},
        {"name": "size", "type": "integer"},
        {"name": "left_on", "type": "date"},
        LEVEL,
    ],
}


def flaws(rule, *fields):
    """Return what is wrong with a rule of a game with these fields."""
    game = {"name": "game", "fields": list(fields), "rules": [rule]}
    found = list(rule_flaws(game, {"game": game, "player": PLAYER}, "/entities/0"))
    assert {flaw.pointer for flaw in found} <= {"/entities/0/rules/0"}
    return [flaw.detail for flaw in found]


@pytest.mark.parametrize(
    ("rule", "fields", "words"),
    [
        ({"rule": "not_before", "field": "day", "than": "hour"}, (DAY, HOUR), "both fields must be dates"),
        ({"rule": "not_before", "field": "day", "than": "x"}, (DAY,), "no field 'x' in 'game'"),
        ({"rule": "states", "field": "state", "moves": {"on": ["gone"]}}, (STATE,), "each value of 'state' once"),
        ({"rule": "required_when", "field": "day", "when": "state", "is": "x"}, (STATE, DAY), "'x' is not a value"),
        (
            {"rule": "required_when", "field": "day", "when": "state", "is": "on"},
            (STATE, {**DAY, "required": True}),
            "'day' always has a value",
        ),
        ({"rule": "unique_together", "fields": ["day", "day"]}, (DAY,), "a field is named twice"),
        ({"rule": "sum_at_most", "field": "day", "over": "player_id", "limit": "x"}, (LINK, DAY), "must be a number"),
        (
            {"rule": "sum_at_most", "field": "cost", "over": "player_id", "limit": "size"},
            (LINK, COST),
            "'size' must be a number of the record",
        ),
        ({"rule": "no_overlap", "field": "day", "end": "hour"}, (DAY, HOUR), "it lies between two dates"),
        (
            {"rule": "no_overlap", "field": "hour", "end": "hour", "unless": {"state": ["gone"]}},
            (HOUR, STATE),
            "'gone' is not a value of the field 'state'",
        ),
        ({"rule": "no_overlap", "field": "day", "end": "day", "per": ["x"]}, (DAY,), "no field 'x' in 'game'"),
        ({"rule": "past_when", "field": "cost", "when": {"state": ["on"]}}, (COST, STATE), "must be a date"),
        ({"rule": "past_when", "field": "day", "when": {"x": ["on"]}}, (DAY,), "no field 'x' in 'game'"),
        ({"rule": "refers_to", "field": "day", "where": {"level": ["pro"]}}, (DAY,), "'day' must be a reference"),
        ({"rule": "refers_to", "field": "player_id", "where": {"level": ["x"]}}, (LINK,), "'x' is not a value"),
        ({"rule": "refers_to", "field": "player_id", "where": {"shirt": ["x"]}}, (LINK,), "the field 'shirt'"),
        ({"rule": "within", "field": "day", "over": "day", "until": "left_on"}, (DAY,), "'day' must be a reference"),
        (
            {"rule": "within", "field": "day", "over": "player_id", "until": "size"},
            (DAY, LINK),
            "'size' must be a date or a datetime",
        ),
    ],
)
def test_a_rule_that_does_not_fit_is_named(rule, fields, words):
    """With its pointer, and what is wrong."""
    (said,) = flaws(rule, *fields)
    assert words in said


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ({"rule": "not_before", "field": "day", "than": "end"}, (DAY, {**DAY, "name": "end"})),
        ({"rule": "states", "field": "state", "moves": {"on": ["off"], "off": []}}, (STATE,)),
        ({"rule": "required_when", "field": "day", "when": "state", "is": "on"}, (STATE, DAY)),
        ({"rule": "unique_together", "fields": ["day", "state"]}, (DAY, STATE)),
        ({"rule": "sum_at_most", "field": "cost", "over": "player_id", "limit": "budget"}, (LINK, COST)),
        ({"rule": "not_before", "field": "cost", "than": "tax"}, (COST, {**COST, "name": "tax"})),
        ({"rule": "no_overlap", "field": "hour", "end": "length", "per": ["player_id"]}, (HOUR, LENGTH, LINK)),
        ({"rule": "past_when", "field": "day", "when": {"state": ["on", "off"]}}, (DAY, STATE)),
        ({"rule": "refers_to", "field": "player_id", "where": {"level": ["pro"]}}, (LINK,)),
        ({"rule": "within", "field": "hour", "over": "player_id", "until": "left_on"}, (HOUR, LINK)),
    ],
)
def test_a_rule_that_fits_is_right(rule, fields):
    """Each kind of rule has a right form."""
    assert flaws(rule, *fields) == []


def test_a_rule_speaks_of_fields():
    """All that it names of its own entity; and a choice has values."""
    assert rule_fields({"rule": "unique_together", "fields": ["a", "b"]}) == ["a", "b"]
    assert rule_fields({"rule": "not_before", "field": "a", "than": "b"}) == ["a", "b"]
    held = {"rule": "no_overlap", "field": "a", "end": "b", "per": ["c"], "unless": {"d": ["e"]}}
    assert rule_fields(held) == ["a", "b", "c", "d"]
    assert rule_fields({"rule": "within", "field": "a", "over": "b", "until": "far"}) == ["a", "b"]
    assert values_of(STATE) == ["on", "off"] and values_of(DAY) == []


def test_a_rule_speaks_of_fields_beyond_its_reference():
    """A limit, the ends of a time, and values: what an option leaves out there takes the rule along."""
    assert speaks_of({"rule": "sum_at_most", "field": "a", "over": "b", "limit": "c"}) == ["c"]
    assert speaks_of({"rule": "within", "field": "a", "over": "b", "since": "c", "until": "d"}) == ["c", "d"]
    assert speaks_of({"rule": "refers_to", "field": "a", "where": {"c": ["x"]}}) == ["c"]
