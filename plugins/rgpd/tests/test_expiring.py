"""What has been kept for as long as its column says is found, and goes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

from dihya_hookspecs.data import Impersonal, Personal
from dihya_hookspecs.rgpd import People, Retention, Subject
from dihya_rgpd.annotations import Annotations
from dihya_rgpd.erasing import carry_out
from dihya_rgpd.expiring import ExpiryPlan, expiring
from sqlalchemy import Column, Date, ForeignKey, Integer, MetaData, String, Table, create_engine, insert, select, text
from sqlalchemy.orm import Session

NEUTRAL = {"rgpd": Impersonal("x")}
TODAY = date(2026, 6, 1)


def about(retention, basis="contract", subject="id"):
    return {"rgpd": Personal("content", subject, "x", basis, retention)}


class Small:
    """A database with people, their notes and a log that only grows."""

    def __init__(self):
        metadata = MetaData()
        number = lambda: Column("id", Integer, primary_key=True, info=NEUTRAL)  # noqa: E731
        made = lambda: Column("created_at", Date, info=NEUTRAL)  # noqa: E731
        self.people = Table(
            "t_people", metadata, number(), made(), Column("left_on", Date, info=NEUTRAL),
            Column("name", String, info=about("3y after left_on")), Column("remark", String, info=about("1y")),
            info={"erase": "delete", "plugin": "t"},
        )  # fmt: skip
        self.notes = Table(
            "t_notes", metadata, number(), made(),
            Column("person_id", ForeignKey("t_people.id"), nullable=False, info=about("2y", subject="person_id")),
            Column("words", String, info=about("2y", "legal_obligation", "person_id")), info={"erase": "delete", "plugin": "t"},
        )  # fmt: skip
        self.log = Table(
            "t_log", metadata, number(), Column("at", String, info=NEUTRAL),
            Column("actor", String, info=about("1y", "legal_obligation", "actor")), info={"erase": "keep", "plugin": "t"},
        )  # fmt: skip
        self.engine = create_engine("sqlite://")
        metadata.create_all(self.engine)
        self.annotations = Annotations([self.people, self.notes, self.log], ["t"])
        self.present = {"t_people", "t_notes", "t_log"}

    def expire(self, session, held=None, limit=100, today=TODAY):
        plan = ExpiryPlan(session, self.annotations, self.present, today, held or {}, limit)
        return carry_out(session, self.annotations, plan)

    def rows(self, session, table):
        return [tuple(row) for row in session.execute(select(table).order_by(table.c.id))]


def person(id, created, left, name="Tin", remark="x"):
    return {"id": id, "created_at": created, "left_on": left, "name": name, "remark": remark}


def test_each_column_ends_in_its_own_time():
    """What is over is emptied column by column, and the row goes once all of it is over."""
    small = Small()
    with Session(small.engine) as session:
        session.execute(insert(small.people), [
            person(1, date(2020, 1, 1), date(2021, 1, 1)),
            person(2, date(2020, 1, 1), None),
            person(3, date(2026, 1, 1), None),
        ])  # fmt: skip
        small.expire(session)
        left = small.rows(session, small.people)
    assert left == [(2, date(2020, 1, 1), None, "Tin", None), (3, date(2026, 1, 1), None, "Tin", "x")]


def test_the_last_day_itself_is_still_kept():
    """A row goes on the day after its last one, and not before."""
    small = Small()
    with Session(small.engine) as session:
        session.execute(insert(small.people), [person(1, date(2024, 6, 1), None), person(2, date(2025, 6, 1), None)])
        small.expire(session)
        assert [row[4] for row in small.rows(session, small.people)] == [None, "x"]


def test_a_row_that_something_kept_refers_to_is_emptied():
    """A person of whom a note must still be kept stays, emptied, until the note is over too."""
    small = Small()
    with Session(small.engine) as session:
        session.execute(insert(small.people), [person(1, date(2018, 1, 1), date(2019, 1, 1))])
        session.execute(insert(small.notes).values(id=1, created_at=date(2025, 1, 1), person_id=1, words="w"))
        small.expire(session)
        assert small.rows(session, small.people)[0][3:] == (None, None)
        assert len(small.rows(session, small.notes)) == 1
        small.expire(session, today=date(2028, 1, 1))
        assert small.rows(session, small.notes) == []


def test_a_table_that_only_grows_is_listed_and_left_alone():
    """A log's entries past their time are said to be over, and none is changed."""
    small = Small()
    with Session(small.engine) as session:
        session.execute(insert(small.log), [{"id": 1, "at": "2020-01-01T00:00:00Z", "actor": "a"}])
        (one,) = expiring(session, small.annotations, small.present, TODAY, {})
        assert (one.table, one.rows, one.since, one.grows) == ("t_log", 1, date(2021, 1, 1), True)
        assert small.expire(session) == ([], [])
        assert len(small.rows(session, small.log)) == 1


def test_held_rows_stay_and_are_not_listed():
    """A legal hold outlasts every retention."""
    small = Small()
    with Session(small.engine) as session:
        session.execute(insert(small.people), [person(1, date(2010, 1, 1), date(2011, 1, 1))])
        held = {"t_people": {(1,): None}}
        assert expiring(session, small.annotations, small.present, TODAY, held) == []
        small.expire(session, held)
        assert len(small.rows(session, small.people)) == 1


def test_a_run_takes_a_part_and_the_next_one_the_rest():
    """No more than the limit of a table goes in one act."""
    small = Small()
    with Session(small.engine) as session:
        session.execute(insert(small.people), [person(n, date(2010, 1, 1), date(2011, 1, 1)) for n in range(5)])
        done, _ = small.expire(session, limit=3)
        assert [one.removed for one in done] == [3] and len(small.rows(session, small.people)) == 2


def test_a_second_run_changes_nothing():
    """What was emptied once is not over again."""
    small = Small()
    with Session(small.engine) as session:
        session.execute(insert(small.people), [person(1, date(2020, 1, 1), None)])
        small.expire(session)
        assert expiring(session, small.annotations, small.present, TODAY, {}) == []
        assert small.expire(session) == ([], [])


def test_in_an_application_what_is_over_goes_and_leaves_a_receipt(world):
    """The command lists, then removes what is over, with an event and a receipt, and nobody else's rows go."""
    with world.app.act("years") as act:
        act.session.execute(text("UPDATE canary_orders SET created_at = '2015-01-01' WHERE address LIKE 'Canary-tin%'"))
    listed = world.app.cli("rgpd", "retention").stdout
    assert listed.startswith("canary_orders: 1 rows are over, the first since 2018-01-01")
    assert world.app.cli("rgpd", "retention", "--dry-run").stdout == listed
    assert "0 emptied" not in world.app.cli("rgpd", "retention", "--run").stdout
    with world.app.act("look") as act:
        rows = act.session.execute(text("SELECT address FROM canary_orders ORDER BY address")).scalars().all()
        (receipt,) = act.get(People).receipts.recent()
        assert receipt.kind == "expire" and receipt.state == "done"
    assert len(rows) == 2 and rows[0] == "" and rows[1].startswith("Canary-ada")
    assert "rgpd.expire" in {event.action for event in world.app.trail}
    assert world.app.cli("rgpd", "retention").stdout == "nothing is over\n"


def test_when_the_last_duty_ends_the_marks_and_the_emptied_person_go(world):
    """The run that removes the last retained invoice of an erased person leaves no row and no mark of them."""
    with world.app.act("erase") as act:
        act.get(People).fulfil([Subject("canary_people", world.tin[0], "canary")])
    with world.app.act("years") as act:
        act.session.execute(text("UPDATE canary_invoices SET issued_on = '2010-01-01' WHERE payer LIKE 'Canary-tin%'"))
    assert world.app.cli("rgpd", "retention", "--run").exit_code == 0
    with world.app.act("look") as act:
        counts = [
            act.session.scalar(text(f"SELECT count(*) FROM {name}"))
            for name in ("canary_invoices", "canary_people", "rgpd_retained")
        ]
    assert counts == [1, 1, 0]


def test_the_page_and_the_interface_list_what_is_over(world):
    """The desk shows what is over now and within a month, and removes it on demand."""
    soon = datetime.now(UTC).date() - timedelta(days=3 * 365 - 20)
    with world.app.act("years") as act:
        act.session.execute(text("UPDATE canary_orders SET created_at = '2015-01-01' WHERE address LIKE 'Canary-tin%'"))
        act.session.execute(
            text("UPDATE canary_orders SET created_at = :day WHERE address LIKE 'Canary-ada%'"),
            {"day": soon.isoformat()},
        )
    client = world.app.client("dpo")
    (one,) = client.get("/api/v1/rgpd/expiring").get_json()["items"]
    assert (one["table"], one["rows"], one["since"]) == ("canary_orders", 1, "2018-01-01")
    page = client.get("/rgpd/retention").text
    assert page.count("Canary – orders") == 2 and "Remove or empty what is over" in page
    assert client.post("/rgpd/retention").status_code == 303
    assert client.get("/api/v1/rgpd/expiring").get_json()["items"] == []
    assert json.loads(world.app.cli("rgpd", "coverage", "--json").stdout)["flaws"] == []
    assert Retention.parse("3y").kept_until(lambda column: soon) > datetime.now(UTC).date()
