"""What is out of reach is named with its reason, and keeps nobody's demand open who has nothing in it."""

from __future__ import annotations

import json

import pytest
from dihya_hookspecs.app import PluginInfo
from dihya_hookspecs.rgpd import People
from dihya_rgpd.annotations import Annotations
from dihya_rgpd.reach import Reach
from dihya_rgpd.spelling import Sought
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session


def plugin(name, state):
    return PluginInfo(name, "1", "", state, f"dihya_{name}")


@pytest.fixture
def lending():
    """A database with the tables of a plugin that is disabled, and one of nobody."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE pret_borrowers (id CHAR(32), name TEXT, phone VARCHAR(20), seats INTEGER)")
        )
        connection.execute(text("CREATE TABLE lost_things (label TEXT)"))
        connection.execute(text("CREATE TABLE pret_long_items (label TEXT)"))
        connection.execute(
            text(
                "INSERT INTO pret_borrowers VALUES ('01a216cdc3ee700081f908016ecf7083', 'Jeanne Blanc', '06 12 34 56 78', 2)"
            )
        )
    plugins = [plugin("pret", "disabled"), plugin("pret_long", "quarantined"), plugin("rgpd", "active")]
    with Session(engine) as session:
        yield Reach(session, Annotations([], ["rgpd"]), plugins)
    engine.dispose()


def test_each_table_is_named_with_the_plugin_and_its_state(lending):
    """The sentence names table, plugin and state, the plugin being the one with the longest name that fits."""
    assert [one.reason for one in lending.residual()] == [
        "lost_things is out of reach because no installed plugin has it",
        "pret_borrowers is out of reach because plugin 'pret' is disabled",
        "pret_long_items is out of reach because plugin 'pret_long' is quarantined",
    ]


@pytest.mark.parametrize(
    ("identifier", "key", "tables"),
    [
        ("+33612345678", "", ["pret_borrowers"]),
        ("Blanc Jeanne", "", ["pret_borrowers"]),
        ("x@example.org", "01a216cd-c3ee-7000-81f9-08016ecf7083", ["pret_borrowers"]),
        ("x@example.org", "01a216cd-c3ee-7000-81f9-08016ecf7084", []),
        ("Jean Blanc", "", []),
    ],
)
def test_only_tables_in_which_the_person_is_seen_keep_a_demand_open(lending, identifier, key, tables):
    """A table counts when a value in it is the person's key, address, number or name in any spelling."""
    found = lending.residual_about([Sought(identifier, "FR")], [key] if key else [])
    assert [one.table for one in found] == tables


def lose(world, value):
    with world.app.act("lose") as act:
        act.session.execute(text("CREATE TABLE pret_borrowers (id INTEGER, email TEXT)"))
        act.session.execute(text("INSERT INTO pret_borrowers VALUES (1, :value)"), {"value": value})


def test_a_search_names_what_it_could_not_search(world):
    """find, over every way, says which table is out of reach, whether somebody was found or not."""
    lose(world, "ann@example.org")
    sentence = "pret_borrowers is out of reach because no installed plugin has it"
    for identifier, code in ((world.tin[1]["email"], 0), ("nobody@example.org", 1)):
        result = world.app.cli("rgpd", "find", identifier)
        assert result.exit_code == code and sentence in result.stderr
    told = json.loads(world.app.cli("rgpd", "find", "nobody@example.org", "--json").stdout)
    assert told["subjects"] == [] and told["out_of_reach"] == [sentence]
    client = world.app.client("dpo")
    assert client.post("/api/v1/rgpd/subjects", json={"identifier": "x@y.example"}).get_json()["out_of_reach"] == [
        sentence
    ]
    assert "pret_borrowers" in client.post("/rgpd/person", data={"identifier": "x@y.example"}).text
    refused = world.app.cli("rgpd", "export", "nobody@example.org")
    assert refused.exit_code == 1 and sentence in refused.stderr


@pytest.mark.parametrize("seen", [True, False])
def test_a_demand_stays_open_for_those_who_may_be_in_it(world, seen):
    """An erasure is complete for somebody of whom nothing is seen in the table, and incomplete for whoever is."""
    lose(world, world.tin[1]["email"] if seen else "ann@example.org")
    with world.app.act("erase") as act:
        outcome = act.get(People).fulfil(act.get(People).find(world.tin[1]["email"]))
    assert outcome.complete is not seen
    assert outcome.residual == (("pret_borrowers",) if seen else ())
