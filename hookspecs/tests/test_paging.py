"""The law of paging: whatever happens meanwhile, no row is lost or doubled but those that moved behind the cursor."""

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from dihya_hookspecs.data import Model, Record, impersonal
from dihya_hookspecs.fields import Number, Whole
from dihya_hookspecs.resources import Filter, Query, Records
from dihya_hookspecs.resources.folding import install
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Boolean,
    Date,
    DateTime,
    Enum,
    Float,
    ForeignKey,
    Integer,
    Numeric,
    String,
    Time,
    create_engine,
    event,
)
from sqlalchemy.orm import Mapped, Session


class Owner(Record):
    """What a row refers to."""

    __tablename__ = "paging_owners"
    name: Mapped[str | None] = impersonal("a name", String(20))


class Row(Record):
    """A column of every kind that has an order."""

    __tablename__ = "paging_rows"
    text: Mapped[str | None] = impersonal("a word", String(20))
    whole: Mapped[int] = impersonal("a number", Integer)
    exact: Mapped[Decimal | None] = impersonal("an amount", Numeric(8, 2))
    rough: Mapped[float | None] = impersonal("a measure", Float)
    flag: Mapped[bool | None] = impersonal("yes or no", Boolean)
    day: Mapped[dt.date | None] = impersonal("a day", Date)
    moment: Mapped[dt.datetime | None] = impersonal("a moment", DateTime(timezone=True))
    hour: Mapped[dt.time | None] = impersonal("a time of day", Time)
    kind: Mapped[str | None] = impersonal("a choice", Enum("a", "b", "c", name="paging_kind"))
    owner_id: Mapped[uuid.UUID | None] = impersonal("a reference", ForeignKey(Owner.id))


class Amount(Record):
    """Something with an amount that is stored whole, in hundredths."""

    __tablename__ = "paging_amounts"
    amount: Mapped[Decimal] = impersonal("an amount", Number(2))
    pieces: Mapped[int] = impersonal("a number of pieces", Whole())


class Amounts(Records[Amount]):
    """The amounts."""

    model = Amount


class Rows(Records[Row]):
    """The rows."""

    model = Row
    search = ("text", "owner_id.name")


SORTS = [
    *(sign + name for name in ("text", "whole", "exact", "rough", "flag", "day", "moment", "hour", "kind") for sign in ("", "-")),
    "owner_id", "owner_id.name", "-owner_id.name", "created_at", "-changed_at",
]  # fmt: skip
UTC = dt.UTC
VALUES = st.fixed_dictionaries(
    {
        "text": st.none() | st.text("aéB ", max_size=3),
        "whole": st.integers(-2, 2),
        "exact": st.none() | st.decimals(-2, 2, places=2),
        "rough": st.none() | st.sampled_from([0.1, 1 / 3, -2.5]),
        "flag": st.none() | st.booleans(),
        "day": st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 3)),
        "moment": st.none() | st.sampled_from([dt.datetime(2026, 1, 1, 1, 2, 3, n, UTC) for n in (0, 4, 500000)]),
        "hour": st.none() | st.sampled_from([dt.time(1, 2), dt.time(1, 2, 3, 4)]),
        "kind": st.sampled_from([None, "a", "b", "c"]),
        "owner": st.integers(0, 3),
    }
)
DEEDS = st.lists(st.tuples(st.sampled_from(["remove", "change", "add"]), st.integers(0, 30), VALUES), max_size=4)


@pytest.fixture(scope="module")
def engines(postgresql_server):
    """A SQLite and a PostgreSQL with the tables."""
    sqlite = create_engine("sqlite://")
    event.listen(sqlite, "connect", lambda connection, _: install(connection))
    made = sqlite, create_engine(postgresql_server)
    for engine in made:
        Model.metadata.create_all(engine, tables=[Owner.__table__, Row.__table__, Amount.__table__])
    yield made
    for engine in made:
        Model.metadata.drop_all(engine, tables=[Row.__table__, Owner.__table__])
        engine.dispose()


def filled(session, rows):
    """Add the rows and return the service with their owners, of whom one has no name and one is nobody."""
    owners = [Owner(name="x"), Owner(name="y"), Owner(name=None)]
    session.add_all(owners)
    session.flush()
    references = [None, *(owner.id for owner in owners)]
    service = Rows(session)
    for row in rows:
        add(service, row, references)
    return service, references


def add(service, row, references):
    values = {name: value for name, value in row.items() if name != "owner"}
    return service.add({**values, "owner_id": references[row["owner"]]})


ENDLESS = 500
"""Rows that no list of these tests has, changed while somebody pages or not; more means that the pages go in a circle."""


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(VALUES, max_size=14),
    deeds=st.lists(DEEDS, max_size=6),
    sort=st.lists(st.sampled_from(SORTS), min_size=1, max_size=3, unique=True),
    limit=st.integers(1, 4),
)
def test_no_row_that_stays_is_lost_or_doubled(engines, rows, deeds, sort, limit):
    """Rows that nobody touches come exactly once, in one order, while others are removed, changed and added."""
    for engine in engines:
        with Session(engine) as session:
            service, references = filled(session, rows)
            untouched = {row.id for row in service.find(Query(limit=500)).items}
            seen, cursor, turn = [], None, list(deeds)
            while True:
                page = service.find(Query(sort=tuple(sort), limit=limit, cursor=cursor))
                seen += [row.id for row in page.items]
                assert len(seen) < ENDLESS, engine.name
                if (cursor := page.next) is None:
                    break
                for deed, place, values in turn.pop() if turn else ():
                    untouched -= {carry_out(service, deed, place, values, references)}
            assert sorted(id for id in seen if id in untouched) == sorted(untouched), engine.name
            session.rollback()


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(VALUES, max_size=14),
    deeds=st.lists(DEEDS, max_size=8),
    sort=st.lists(st.sampled_from(SORTS), min_size=1, max_size=3, unique=True),
    limit=st.integers(1, 4),
    turn=st.integers(0, 4),
)
def test_who_goes_back_meets_every_row_that_stays_once(engines, rows, deeds, sort, limit, turn):
    """Forward to some page, then back to the beginning: what was seen comes again once, while other rows change."""
    for engine in engines:
        with Session(engine) as session:
            service, references = filled(session, rows)
            untouched, acts = {row.id for row in service.find(Query(limit=500)).items}, list(deeds)

            def change(service=service, references=references, acts=acts, untouched=untouched):
                for deed, place, values in acts.pop() if acts else ():
                    untouched.discard(carry_out(service, deed, place, values, references))

            query, pages = Query(sort=tuple(sort), limit=limit), []
            page = service.find(query)
            while page.next and len(pages) < turn:
                pages.append([row.id for row in page.items])
                change()
                page = service.find(replace(query, cursor=page.next))
            seen, again = [id for ids in pages for id in ids], []
            while page.previous:
                change()
                page = service.find(replace(query, before=page.previous))
                again = [row.id for row in page.items] + again
                assert len(again) < ENDLESS, engine.name
            assert [id for id in again if id in untouched] == [id for id in seen if id in untouched], engine.name
            session.rollback()


def carry_out(service, deed, place, values, references):
    """Remove, change or add a row and return the id of the one concerned."""
    there = service.find(Query(sort=("id",), limit=500)).items
    if deed == "add" or not there:
        return add(service, values, references).id
    row = there[place % len(there)]
    if deed == "remove":
        service.remove(row.id)
    else:
        service.change(row.id, {"whole": values["whole"], "text": values["text"], "day": values["day"]})
    return row.id


@settings(max_examples=20, deadline=None)
@given(
    rows=st.lists(VALUES, min_size=1, max_size=12),
    sort=st.lists(st.sampled_from(SORTS), min_size=1, max_size=2, unique=True),
)
def test_pages_together_are_the_whole_list(engines, rows, sort):
    """Page by page comes the same, in the same order, as all at once."""
    for engine in engines:
        with Session(engine) as session:
            service, _ = filled(session, rows)
            whole = [row.id for row in service.find(Query(sort=tuple(sort), limit=500)).items]
            paged, cursor = [], None
            while True:
                page = service.find(Query(sort=tuple(sort), limit=2, cursor=cursor))
                paged += [row.id for row in page.items]
                assert len(paged) < ENDLESS, engine.name
                if (cursor := page.next) is None:
                    break
            assert paged == whole, engine.name
            session.rollback()


@pytest.mark.parametrize("name", ["text", "exact", "flag", "day", "moment", "hour", "kind", "owner_id.name"])
def test_what_is_empty_stands_last_both_ways(engines, name):
    """On both engines, and through a reference."""
    for engine in engines:
        with Session(engine) as session:
            full = {"text": "a", "whole": 1, "exact": Decimal(1), "rough": 1.0, "flag": True, "day": dt.date(2026, 1, 1),
                    "moment": dt.datetime(2026, 1, 1, tzinfo=UTC), "hour": dt.time(1), "kind": "a", "owner": 1}  # fmt: skip
            empty = dict.fromkeys(full) | {"whole": 1, "owner": 0}
            service, _ = filled(session, [empty, full])
            for sign in ("", "-"):
                last = service.find(Query(sort=(sign + name,))).items[-1]
                assert last.text is None, (engine.name, sign)
            session.rollback()


@pytest.fixture
def service(engines):
    """Five rows on SQLite."""
    with Session(engines[0]) as session:
        made, references = filled(session, [])
        for number in range(5):
            made.add({"text": f"w{number}", "whole": number // 2})
        yield made
        session.rollback()


def test_a_sum_is_of_all_that_is_found_and_in_the_type_of_its_column(engines):
    """On both engines, without what the filter leaves out; a column without a value has no sum."""
    for engine in engines:
        with Session(engine) as session:
            service, _ = filled(session, [])
            for number in range(5):
                service.add({"whole": number, "exact": Decimal("0.10"), "rough": 0.5, "owner_id": None})
            sums = service.sums(Query(filters=(Filter("whole", "ge", 2),), limit=1), ("whole", "exact", "rough"))
            assert sums == {"whole": 9, "exact": Decimal("0.30"), "rough": 1.5}, engine.name
            assert (type(sums["whole"]), type(sums["exact"])) == (int, Decimal), engine.name
            assert service.sums(Query(filters=(Filter("whole", "ge", 9),)), ("whole",)) == {"whole": None}
            assert service.sums(Query(), ()) == {}
            session.rollback()


def test_a_page_is_one_statement_and_its_total_one_more(service):
    """Whatever the number of rows."""
    said = []
    engine = service.session.get_bind()
    note = lambda *arguments: said.append(arguments[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", note)
    try:
        service.find(Query(search="w", sort=("owner_id.name",), limit=3))
        assert len(said) == 1
        assert service.find(Query(limit=3), total=True).total == 5
        assert len(said) == 3
        assert service.count(most=3) == 4
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_sum_may_be_larger_than_a_number_that_is_stored(engines):
    """No list fails because its column adds up to more than 64 bits; what is below zero is taken away."""
    values = [2**62, 2**62, 2**62, -7, -(10**9) - 1]
    for engine in engines:
        with Session(engine) as session:
            session.add_all(Amount(amount=Decimal(value) / 100, pieces=2) for value in values)
            session.flush()
            sums = Amounts(session).sums(Query(), ("amount", "pieces"))
            assert sums == {"amount": Decimal(sum(values)) / 100, "pieces": 10}, engine.name
            session.rollback()
