"""Numbers of a sequence are unique, without a gap where that is promised, and nobody writes them by hand."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from types import SimpleNamespace

import pytest
from dihya_db.models import CounterRow
from dihya_hookspecs import DeclarationError, Invalid, hookimpl
from dihya_hookspecs.access import SYSTEM, Permission
from dihya_hookspecs.counting import Counters
from dihya_hookspecs.data import Model, Record, Records, impersonal
from dihya_hookspecs.fields import LocalDate, Reference, Sequence, ShortText, fields_of, form_of
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.resources.undoing import Undoing
from dihya_hookspecs.web import Resource
from sqlalchemy import func, select
from sqlalchemy.orm import Mapped

WRITERS = 16


class Quay(Record):
    """Bills are counted for each quay apart."""

    __tablename__ = "docks_quays"
    name: Mapped[str] = impersonal("a name", ShortText(20))


class Bill(Record):
    """A bill, with a number for each year and quay, and one that may have gaps."""

    __tablename__ = "docks_bills"

    number: Mapped[str] = impersonal(
        "its number", Sequence("B-{year}-{number:04}", over=("quay_id",), dated="day"), search=True
    )
    ticket: Mapped[str] = impersonal("a ticket", Sequence("T{number}", gaps=True))
    quay_id: Mapped[uuid.UUID | None] = impersonal("which quay", Reference("quays"))
    day: Mapped[dt.date | None] = impersonal("of which day", LocalDate())


class Bills(Records[Bill]):
    """The bills."""

    model = Bill


TITLE = Text("Bills", "Factures")
BILLS = Resource(
    "bills", Bills, form_of(Bill), TITLE, TITLE, "docks:read", "docks:write", ("number",), caption="{number}"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request, make_app):
    """An application with bills."""
    url = request.getfixturevalue("postgresql") if request.param == "postgresql" else ""
    rights = [Permission(f"docks:{what}", Text(what, what), ("admin",)) for what in ("read", "write")]
    docks = SimpleNamespace(
        __name__="dihya_docks",
        register_resources=hookimpl(lambda: [BILLS]),
        register_permissions=hookimpl(lambda: rights),
    )
    return make_app(plugins={"docks": docks}, config={"db": {"url": url}})


def add(app, **values):
    """Add a bill, and return its numbers."""
    with app.act(actor=SYSTEM) as act:
        bill = Bills(act.session).add(values)
        return bill.number, bill.ticket


def test_a_number_that_somebody_else_gave_is_never_given_again(app):
    """The counter goes on behind the largest one, in whatever order they come."""
    with app.act(actor=SYSTEM) as act:
        counters, connection = act.get(Counters), act.session.connection()
        for number in (5, 3):
            counters.taken(connection, "docks_bills.number", "2026", number)
        assert counters.draw(connection, "docks_bills.number", "2026") == 6


def test_each_year_and_each_quay_begins_at_one(app):
    """The day of the bill says the year; without one today does."""
    with app.act(actor=SYSTEM) as act:
        quays = [Quay(name="east"), Quay(name="west")]
        act.session.add_all(quays)
        act.session.flush()
        east, west = (quay.id for quay in quays)
    old, new = dt.date(2025, 12, 31), dt.date(2026, 1, 1)
    found = [add(app, quay_id=quay, day=day)[0] for quay, day in ((east, old), (east, old), (east, new), (west, old))]
    assert found == ["B-2025-0001", "B-2025-0002", "B-2026-0001", "B-2025-0001"]
    assert add(app)[0] == f"B-{dt.datetime.now(dt.UTC).year}-0001"


def test_sixteen_writers_at_once_get_sixteen_numbers(app):
    """Unique and without a gap, also beside writers whose acts are undone."""

    def write(number):
        try:
            with app.act(actor=SYSTEM) as act:
                found.append(Bills(act.session).add({"day": dt.date(2026, 5, 1)}).number)
                if number % 4 == 0:
                    undone.append(found.pop(-1))
                    raise Invalid("changed their mind")
        except Invalid:
            pass

    found, undone = [], []
    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.act() as act:
        stored = sorted(act.session.scalars(select(Bill.number)))
    assert stored == [f"B-2026-{number:04}" for number in range(1, WRITERS * 3 // 4 + 1)]


def test_an_undone_act_leaves_a_gap_only_where_that_was_said(app):
    """The gap-free number is given again; the other is gone on PostgreSQL, where nobody waits for it."""
    with pytest.raises(Invalid), app.act(actor=SYSTEM) as act:
        Bills(act.session).add({"day": dt.date(2026, 5, 1)})
        raise Invalid("no")
    number, ticket = add(app, day=dt.date(2026, 5, 1))
    assert number == "B-2026-0001"
    with app.act() as act:
        assert ticket == ("T2" if act.session.get_bind().dialect.name == "postgresql" else "T1")


def test_no_form_writes_it(app):
    """It stands in no form, so neither in a REST body nor in a file that is brought in; a caption says it."""
    field = fields_of(Bill)["number"]
    assert field.read_only and not field.required and not field.writable
    assert set(form_of(Bill).model_fields) == {"quay_id", "day"}


def test_a_number_of_an_old_book_is_kept(app):
    """Code may say one; the sequence goes on behind it, and what looks otherwise is no matter."""
    with app.act(actor=SYSTEM) as act:
        Bills(act.session).add({"number": "B-2026-0041", "day": dt.date(2026, 1, 1)})
        Bills(act.session).add({"number": "old 7", "day": dt.date(2026, 1, 1)})
    assert add(app, day=dt.date(2026, 2, 1))[0] == "B-2026-0042"


def test_a_removed_record_keeps_its_number(app):
    """It is given to nobody else, and comes back with the record."""
    add(app, day=dt.date(2026, 1, 1))
    with app.act(actor=SYSTEM) as act:
        Bills(act.session).remove(act.session.scalar(select(Bill.id)))
        (kept,) = Undoing(Bills(act.session)).removed()
    assert add(app, day=dt.date(2026, 1, 1))[0] == "B-2026-0002"
    with app.act(actor=SYSTEM) as act:
        assert Undoing(Bills(act.session)).put_back(kept.id).number == "B-2026-0001"


def test_a_counter_says_whose_it_is(app):
    """A counter names its plugin, with which it goes, and holds no key of anybody."""
    add(app)
    with app.act() as act:
        rows = act.session.execute(select(CounterRow.sequence, CounterRow.plugin, func.length(CounterRow.scope))).all()
        assert sorted(map(tuple, rows)) == [("docks_bills.number", "docks", 32), ("docks_bills.ticket", "docks", 0)]
        assert act.get(Counters).draw(act.session.connection(), "docks_bills.ticket", "") == 2


@pytest.mark.parametrize(
    "pattern", ["F-{year}", "{number}{number}", "{day}-{number}", "{number:x!}", "{", "x" * 31 + "{number}"]
)
def test_a_pattern_that_cannot_be_is_refused(pattern):
    """With what was got, and an example."""
    with pytest.raises(DeclarationError, match="write 'F-"):
        Sequence(pattern)


def test_columns_that_are_none_are_refused():
    """By name, when the class is made; no half-made table stays behind."""
    with pytest.raises(DeclarationError, match="its Sequence names 'shop_id', which is no column"):

        class Lost(Record):
            """Counts over what it does not have."""

            __tablename__ = "docks_lost"
            number: Mapped[str] = impersonal("its number", Sequence("{number}", over=("shop_id",)))

    assert "docks_lost" not in Model.metadata.tables
    with pytest.raises(DeclarationError, match="write \\('shop_id',\\)"):
        Sequence("{number}", over="shop_id")
