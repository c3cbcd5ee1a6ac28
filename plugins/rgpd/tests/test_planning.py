"""Which rows may go: references decide."""

from __future__ import annotations

import pytest
from dihya_hookspecs.data import Impersonal, Personal
from dihya_hookspecs.rgpd import People
from dihya_rgpd.annotations import Annotations
from dihya_rgpd.erasing import carry_out
from dihya_rgpd.planning import ErasurePlan, fates_of, key_of, rows_about
from sqlalchemy import Column, Enum, ForeignKey, Integer, MetaData, String, Table, create_engine, event, insert, select
from sqlalchemy.orm import Session

NEUTRAL = {"rgpd": Impersonal("x")}


def about(subject, basis="contract", retention="1y"):
    return {"rgpd": Personal("content", subject, "x", basis, retention)}


class Small:
    """A database of a few tables: people and what refers to them."""

    def __init__(self, *made):
        self.metadata = MetaData()
        people = ("t_people", "delete", Column("name", String, nullable=False, info=about("id")))
        self.tables = {}
        for name, erase, *columns in (people, *made):
            key = Column("id", Integer, primary_key=True, info=NEUTRAL)
            self.tables[name] = Table(name, self.metadata, key, *columns, info={"erase": erase, "plugin": "t"})
        self.engine = create_engine("sqlite://")
        event.listen(self.engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON").close())
        self.metadata.create_all(self.engine)

    def run(self, rows, **options):
        """Fill the tables, erase person 1, and return what is left, by table, and what failed."""
        with Session(self.engine) as session:
            for name, values in rows:
                session.execute(insert(self.tables[name]).values(**values))
            annotations = Annotations(self.tables.values(), ["t"])
            plan = ErasurePlan(session, annotations, {"t_people": ["1"]}, set(self.tables), **options)
            erasures, failed = carry_out(session, annotations, plan)
            left = {
                name: [tuple(row) for row in session.execute(select(table).order_by(table.c.id))]
                for name, table in self.tables.items()
            }
            session.rollback()
        self.engine.dispose()
        return left, erasures, failed


PEOPLE = [("t_people", {"id": 1, "name": "Tin"}), ("t_people", {"id": 2, "name": "Ada"})]


@pytest.mark.parametrize(("ondelete", "goes"), [("CASCADE", True), ("SET NULL", True), (None, False)])
def test_what_refers_without_being_about_anybody_decides(ondelete, goes):
    """A row without personal data that refers to the person goes along, lets go, or keeps the person's emptied row."""
    small = Small(
        ("t_marks", "delete", Column("person_id", ForeignKey("t_people.id", ondelete=ondelete), info=NEUTRAL))
    )
    left, _, failed = small.run([*PEOPLE, ("t_marks", {"id": 1, "person_id": 1})])
    assert left["t_people"] == ([(2, "Ada")] if goes else [(1, ""), (2, "Ada")])
    assert left["t_marks"] == {"CASCADE": [], "SET NULL": [(1, None)], None: [(1, 1)]}[ondelete]
    assert not failed


def test_a_cascade_never_takes_what_is_about_somebody_else():
    """A post stays, emptied, while somebody else's comment hangs on it, though the database would take it along."""
    small = Small(
        ("t_posts", "delete", Column("person_id", ForeignKey("t_people.id"), info=about("person_id")),
         Column("words", String, nullable=False, info=about("person_id"))),
        ("t_comments", "delete", Column("post_id", ForeignKey("t_posts.id", ondelete="CASCADE"), info=NEUTRAL),
         Column("person_id", ForeignKey("t_people.id"), info=about("person_id")),
         Column("words", String, nullable=False, info=about("person_id"))),
    )  # fmt: skip
    left, erasures, _ = small.run([
        *PEOPLE,
        ("t_posts", {"id": 1, "person_id": 1, "words": "mine"}), ("t_posts", {"id": 2, "person_id": 1, "words": "mine"}),
        ("t_comments", {"id": 1, "post_id": 1, "person_id": 2, "words": "hers"}),
        ("t_comments", {"id": 2, "post_id": 2, "person_id": 1, "words": "mine"}),
    ])  # fmt: skip
    assert left["t_comments"] == [(1, 1, 2, "hers")]
    assert left["t_posts"] == [(1, None, "")]
    assert left["t_people"] == [(2, "Ada")]
    assert {e.source: (e.removed, e.anonymised) for e in erasures}["t_posts"] == (1, 1)


def test_a_chain_of_references_is_spared_link_by_link():
    """What a retained row refers to stays, and so does what that refers to."""
    small = Small(
        ("t_orders", "delete", Column("person_id", ForeignKey("t_people.id"), nullable=False, info=about("person_id")),
         Column("wish", String, info=about("person_id"))),
        ("t_bills", "delete", Column("order_id", ForeignKey("t_orders.id"), nullable=False, info=NEUTRAL),
         Column("payer", String, info=about("order_id", "legal_obligation", "10y"))),
    )  # fmt: skip
    left, erasures, failed = small.run([
        *PEOPLE, ("t_orders", {"id": 1, "person_id": 1, "wish": "x"}), ("t_bills", {"id": 1, "order_id": 1, "payer": "Tin"}),
    ])  # fmt: skip
    assert left == {
        "t_people": [(1, ""), (2, "Ada")], "t_orders": [(1, 1, None)], "t_bills": [(1, 1, "Tin")],
    }  # fmt: skip
    assert not failed and {e.source: e.retained for e in erasures}["t_bills"] == 1


def test_rows_that_refer_to_one_another_go_together():
    """A tree of one person's rows is removed as a whole."""
    small = Small(
        ("t_notes", "delete", Column("parent_id", ForeignKey("t_notes.id"), info=NEUTRAL),
         Column("person_id", ForeignKey("t_people.id"), info=about("person_id"))),
    )  # fmt: skip
    notes = [("t_notes", {"id": n, "parent_id": n - 1 or None, "person_id": 1}) for n in (1, 2, 3)]
    left, erasures, failed = small.run([*PEOPLE, *notes])
    assert left == {"t_people": [(2, "Ada")], "t_notes": []} and not failed


def test_what_cannot_be_emptied_is_named():
    """A choice without an empty one stays, and is reported with its plugin."""
    small = Small(
        ("t_cards", "anonymise", Column("person_id", ForeignKey("t_people.id"), info=about("person_id")),
         Column("sex", Enum("f", "m", name="sex"), nullable=False, info=about("person_id"))),
    )  # fmt: skip
    _, _, failed = small.run([*PEOPLE, ("t_cards", {"id": 1, "person_id": 1, "sex": "f"})])
    assert [(part.plugin, part.reason) for part in failed] == [("t", "t_cards.sex must be one of its choices")]


def test_what_the_database_refuses_is_named():
    """A rule of the database that an empty value breaks is reported; the rest is erased."""
    from sqlalchemy import CheckConstraint

    small = Small(
        ("t_cards", "anonymise", Column("person_id", ForeignKey("t_people.id"), info=about("person_id")),
         Column("code", String, CheckConstraint("length(code) > 2"), nullable=False, info=about("person_id"))),
        ("t_notes", "delete", Column("person_id", ForeignKey("t_people.id"), info=about("person_id"))),
    )  # fmt: skip
    left, _, failed = small.run([
        *PEOPLE, ("t_cards", {"id": 1, "person_id": 1, "code": "abc"}), ("t_notes", {"id": 1, "person_id": 1}),
    ])  # fmt: skip
    assert "t_cards" in {part.reason.split()[-1] for part in failed}
    assert left["t_notes"] == []


def test_people_stay_while_something_is_missing():
    """With *keep_people*, everything goes but the person's own row."""
    small = Small(("t_notes", "delete", Column("person_id", ForeignKey("t_people.id"), info=about("person_id"))))
    left, _, _ = small.run([*PEOPLE, ("t_notes", {"id": 1, "person_id": 1})], keep_people=True)
    assert left == {"t_people": [(1, "Tin"), (2, "Ada")], "t_notes": []}


@pytest.mark.parametrize("both", [False, True])
def test_rows_one_after_the_other_are_the_rows_that_a_plan_has(world, both):
    """One, two and more hops away, by id alone, and about two people at once: the same rows with the same groups."""
    with world.app.act("look") as act:
        desk = act.get(People)
        keys = [world.tin[0], world.ada[0]][: 1 + both]
        subjects, present = {"canary_people": keys}, desk.reach.present()
        planned = rows_about(act.session, desk.annotations, subjects, present)
        for name, groups in desk.annotations.groups.items():
            table = desk.annotations.table(name)
            found = {key_of(table, {column: fate.row[column.key] for column in table.columns}): fate
                     for fate in fates_of(act.session, table, groups, subjects)} if name in present else {}  # fmt: skip
            assert {key: (fate.row, fate.groups) for key, fate in found.items()} == {
                key: (fate.row, fate.groups) for key, fate in planned.get(name, {}).items()
            }
        assert {"canary_messages", "canary_gifts", "canary_traces"} <= planned.keys()
