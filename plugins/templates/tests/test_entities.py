"""Names, references, people and rules of the entities fit together."""

from __future__ import annotations

import pytest
from dihya_templates.choice import with_brought
from dihya_templates.entities import entity_flaws, merged, purpose_of, starts_of, subject_path

TEAM = {"name": "team", "fields": [{"name": "label", "type": "text", "impersonal": "a team"}]}
DATES = [{"name": "day", "type": "date", "impersonal": "x"}, {"name": "hour", "type": "datetime", "impersonal": "x"}]
STATE = {"name": "state", "type": "enum", "impersonal": "x", "values": [{"name": "on"}, {"name": "off"}]}
LINK = {"name": "player_id", "type": "reference", "to": "player"}


def entity(*fields, **more):
    return {"name": "game", "fields": list(fields), **more}


@pytest.mark.parametrize(
    ("extra", "pointer", "words"),
    [
        (
            entity(name="player", fields=[{"name": "nickname", "type": "text", "personal": "name"}]),
            "fields/0/name",
            "there",
        ),
        (entity({"name": "metadata", "type": "text", "impersonal": "x"}), "fields/0/name", "means something else"),
        (entity({"name": "select", "type": "text", "impersonal": "x"}), "fields/0/name", "means something else"),
        (entity({"name": "model_x", "type": "text", "impersonal": "x"}), "fields/0/name", "means something else"),
        (entity(*DATES, name="record"), "name", "means something else"),
        (entity(*DATES, name="match", plural="players"), "plural", "already the name"),
        (entity({"name": "to_id", "type": "reference", "to": "nobody"}), "fields/0/to", "no table 'nobody'"),
        (entity({"name": "to_id", "type": "reference", "to": "game"}), "", "game → game"),
        (entity({"name": "who", "type": "text", "personal": "name"}), "fields/0/personal", "no reference leads"),
        (
            entity(LINK, {"name": "who", "type": "text", "personal": "name", "purpose": "x"}),
            "fields/1/purpose",
            "no purpose",
        ),
        (entity({"name": "n", "type": "integer", "impersonal": "x", "min": 3, "max": 2}), "fields/0/min", "more than"),
        (entity({"name": "n", "type": "integer", "impersonal": "x", "default": "a"}), "fields/0/default", "cannot be"),
        (entity({**STATE, "default": "maybe"}), "fields/0/default", "cannot be"),
        (entity({**STATE, "values": [{"name": "on"}, {"name": "on"}]}), "fields/0/values", "twice"),
        (entity(*DATES, columns=["nothing"]), "columns/0", "no field 'nothing'"),
        (entity(*DATES, order="-nothing"), "order", "no field"),
        (entity(*DATES, search=["day"]), "search/0", "'day' is no text"),
        (entity(*DATES, totals=["nothing"]), "totals/0", "no field 'nothing'"),
        (entity(*DATES, totals=["day"]), "totals/0", "'day' is no number"),
        (entity(*DATES, access={"read": ["king"], "write": []}), "access/read/0", "no role 'king'"),
        (entity(*DATES, name="player", title="Other"), "title", "only fields, rules and who may see it"),
        (entity(name="player", access={"read": ["king"], "write": []}), "access/read/0", "no role 'king'"),
        (entity(name="throw"), "fields", "has no field"),
    ],
)
def test_mistakes_are_named(small, extra, pointer, words):
    """Each mistake has a pointer into the extra entities and says what is wrong."""
    found = entity_flaws(small, [extra])
    assert any(
        flaw.pointer == f"/entities/0/{pointer}".rstrip("/") and words in flaw.detail for flaw in found
    ), found  # fmt: skip


def test_same_entity_twice(small):
    """An extra entity is given once."""
    assert "/entities/1/name" in [flaw.pointer for flaw in entity_flaws(small, [TEAM, TEAM])]


def test_circle_is_printed(small):
    """References that run in a circle are refused with the way they run."""
    one = {"name": "one", "fields": [{"name": "two_id", "type": "reference", "to": "two"}]}
    two = {"name": "two", "fields": [{"name": "one_id", "type": "reference", "to": "one"}]}
    assert "one → two → one" in entity_flaws(small, [one, two])[0].detail


def test_who_may_see_a_table_of_the_template_can_be_said(small):
    """It needs no new field; the role may come along, and takes the place of those who saw it."""
    judge = {"name": "judge", "title": {"en": "Judge", "fr": "Juge"}}
    extra = {"name": "player", "fields": [], "access": {"read": ["judge"], "write": ["judge"]}, "roles": [judge]}
    whole = with_brought(small, [extra])
    assert entity_flaws(whole, [extra]) == []
    assert whole["roles"] == [*small["roles"], judge] and with_brought(whole, [extra])["roles"] == whole["roles"]
    (player,) = [each for each in merged(small["entities"], [extra]) if each["name"] == "player"]
    assert player["access"] == extra["access"]


def test_merged_keeps_what_is_there(small):
    """Extra fields and new rules come after those of the template; new entities at the end."""
    rule = {"rule": "unique_together", "fields": ["nickname", "size"]}
    size = {"name": "size", "type": "integer", "impersonal": "x"}
    extra = {"name": "player", "fields": [size], "rules": [rule]}
    player, team = merged(merged(small["entities"], [extra]), [{**extra, "fields": []}, TEAM])
    assert [field["name"] for field in player["fields"]] == ["nickname", "size"]
    assert player["rules"] == [rule]
    assert team == TEAM


def test_path_to_the_person(small):
    """The path follows references to an entity whose records are people."""
    bet = {"name": "bet", "fields": [{"name": "game_id", "type": "reference", "to": "game"}]}
    known = {each["name"]: each for each in (*small["entities"], entity(LINK), bet, TEAM)}
    assert subject_path(known["player"], known) == "id"
    assert subject_path(known["game"], known) == "player_id"
    assert subject_path(known["bet"], known) == "game_id.player_id"
    assert subject_path(known["team"], known) is None


def test_purpose_that_fits():
    """A purpose that counts from a column is not given to an entity without it; health data follows health data."""
    purposes = {
        "law": {"basis": "legal_obligation", "retention": "10y"},
        "stay": {"basis": "contract", "retention": "1y after left_on"},
        "plan": {"basis": "contract", "retention": "1y"},
    }
    plain = {"name": "a", "fields": [{"name": "x", "type": "text", "personal": "name"}]}
    ill = {"name": "b", "fields": [{"name": "x", "type": "text", "personal": "health_and_medical"}]}
    assert purpose_of(plain, {}, purposes) == "plan"
    assert purpose_of(ill, {"c": {**ill, "purpose": "law"}}, purposes) == "law"
    assert purpose_of({**plain, "purpose": "stay"}, {}, purposes) == "stay"


def test_end_of_a_retention():
    """A retention says from which column it counts."""
    said = ("3y", "3y after left_on", "later of 1y after a and until b", {"option": "x", "after": "y"}, {"option": "x"})
    assert [starts_of(one) for one in said] == [(), ("left_on",), ("a", "b"), ("y",), ()]


def test_the_rules_of_an_extra_entity_are_looked_at(small):
    """With the pointer of the extra entity."""
    extra = entity(*DATES, rules=[{"rule": "not_before", "field": "day", "than": "hour"}])
    assert [flaw.pointer for flaw in entity_flaws(small, [extra])] == ["/entities/0/rules/0"]
