"""From annotations to rows: paths that lead to people, and paths that lead nowhere."""

from __future__ import annotations

import uuid

import pytest
from dihya_hookspecs.data import Model, Personal
from dihya_rgpd.annotations import Annotations, as_value
from sqlalchemy import Column, Date, ForeignKey, Integer, MetaData, String, Table, Uuid


def about(subject):
    return {"rgpd": Personal("content", subject, "x", "contract", "1y")}


def tables(*made):
    """Return annotations of tables of the plugin ``t``, each given as name and columns."""
    metadata = MetaData()
    return Annotations([Table(name, metadata, *columns, info={"plugin": "t"}) for name, *columns in made], ["t"])


def people():
    return ("t_people", Column("id", Integer, primary_key=True), Column("name", String, info=about("id")))


def ways(annotations, name):
    return [
        ([hop[0].name for hop in route.hops], route.final.name, route.target.name if route.target is not None else None)
        for group in annotations.groups[name]
        for route in group.routes
    ]


def test_paths_lead_to_people(world):
    """Own key, foreign key, two hops written out, two hops implied, and an id without foreign key."""
    annotations = Annotations(Model.metadata.tables.values(), ["canary"])
    assert annotations.flaws == []
    assert [table.name for table in annotations.people()] == ["canary_people"]
    assert ways(annotations, "canary_people") == [([], "id", "canary_people")]
    assert ways(annotations, "canary_orders") == [([], "person_id", "canary_people")]
    assert ways(annotations, "canary_lines") == [(["order_id"], "person_id", "canary_people")]
    assert ways(annotations, "canary_gifts") == [(["order_id"], "person_id", "canary_people")]
    assert ways(annotations, "canary_traces") == [([], "actor", None)]
    assert len(annotations.groups["canary_messages"]) == 2
    assert "canary_badges" not in annotations.groups


def test_a_table_belongs_to_the_plugin_that_declared_it():
    """Not to one whose name it happens to begin with; tables of plugins that are not active are left out."""
    metadata = MetaData()
    made = [
        Table(name, metadata, Column("id", Integer, primary_key=True), info={"plugin": plugin} if plugin else {})
        for name, plugin in (("ai_fallback_x", "ai"), ("ai_x", "ai"), ("zoo_x", "zoo"), ("ai_y", ""))
    ]
    assert Annotations(made, ["ai", "ai_fallback"]).owners == {"ai_fallback_x": "ai", "ai_x": "ai"}


def test_a_foreign_key_to_something_else_than_the_key_is_followed():
    """Where a foreign key points to another unique column, the person's key is fetched behind it."""
    annotations = tables(
        ("t_people", Column("id", Integer, primary_key=True), Column("code", String, unique=True, info=about("id"))),
        ("t_visits", Column("id", Integer, primary_key=True),
         Column("code", String, ForeignKey("t_people.code"), info=about("code"))),
    )  # fmt: skip
    assert ways(annotations, "t_visits") == [(["code"], "id", "t_people")]


@pytest.mark.parametrize(
    ("subject", "reason"),
    [("nobody", "names no column"), ("note.id", "no foreign key"), ("person_id.nobody", "names no column")],
)
def test_paths_that_lead_nowhere_are_flaws(subject, reason):
    """A path with an unknown column, or on behind a column that is no foreign key, is reported and gives no rows."""
    annotations = tables(
        people(),
        ("t_notes", Column("id", Integer, primary_key=True), Column("person_id", ForeignKey("t_people.id")),
         Column("note", String, info=about(subject))),
    )  # fmt: skip
    assert len(annotations.flaws) == 1 and reason in annotations.flaws[0]
    assert ways(annotations, "t_notes") == []


def test_a_circle_is_a_flaw():
    """Two tables that lead to one another lead to nobody."""
    annotations = tables(
        ("t_a", Column("id", Integer, primary_key=True), Column("b", ForeignKey("t_b.id"), info=about("b"))),
        ("t_b", Column("id", Integer, primary_key=True), Column("a", ForeignKey("t_a.id"), info=about("a"))),
    )
    assert annotations.flaws and all("circle" in flaw for flaw in annotations.flaws)


def test_keys_become_values_of_their_column():
    """A key that cannot stand in a column is no value rather than an error."""
    number = uuid.uuid4()
    assert as_value(Column("x", Uuid), str(number)) == number
    assert as_value(Column("x", Uuid), "no") is None
    assert as_value(Column("x", Integer), "12") == 12
    assert as_value(Column("x", Integer), "no") is None
    assert as_value(Column("x", String), "no") == "no"
    assert as_value(Column("x", Date), "2026-01-01") is None
