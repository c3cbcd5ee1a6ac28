"""Cursors: where a page goes on, in both directions, and what is no cursor."""

from dataclasses import replace

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.data import Record, impersonal
from dihya_hookspecs.fields import Whole
from dihya_hookspecs.resources import Filter, Query, Records
from dihya_hookspecs.resources.folding import install
from sqlalchemy import String, create_engine, event
from sqlalchemy.orm import Mapped, Session


class Card(Record):
    """Something in a list."""

    __tablename__ = "cursor_cards"
    text: Mapped[str] = impersonal("a word", String(20))
    whole: Mapped[int] = impersonal("a number", Whole())


class Cards(Records[Card]):
    """The cards."""

    model = Card


@pytest.fixture
def service():
    """Five rows on SQLite."""
    engine = create_engine("sqlite://")
    event.listen(engine, "connect", lambda connection, _: install(connection))
    Card.metadata.create_all(engine, tables=[Card.__table__])
    with Session(engine) as session:
        made = Cards(session)
        for number in range(5):
            made.add({"text": f"w{number}", "whole": number // 2})
        yield made
    engine.dispose()


@pytest.mark.parametrize("forged", ["nonsense", "", "0190b2a0-0000-7000-8000-000000000000", "é", "W10", "A" * 400])
def test_what_no_page_gave_is_no_cursor(service, forged):
    """One clear sentence says so."""
    if not forged:
        return
    with pytest.raises(Invalid, match="is not a cursor of this list in this order; start again without it") as caught:
        service.find(Query(cursor=forged))
    assert caught.value.code == "cursor"


def test_a_cursor_holds_for_its_order_only(service):
    """Another order, another direction, another list: refused."""
    cursor = service.find(Query(sort=("whole",), limit=2)).next
    assert service.find(Query(sort=("whole",), limit=2, cursor=cursor)).items
    for sort in (("-whole",), ("text",), ("whole", "text"), ()):
        with pytest.raises(Invalid, match="not a cursor of this list"):
            service.find(Query(sort=sort, cursor=cursor))


def test_a_page_goes_on_after_its_last_row_is_gone(service):
    """The cursor carries the place, not the row."""
    first = service.find(Query(sort=("whole",), limit=2))
    for row in first.items:
        service.remove(row.id)
    rest = service.find(Query(sort=("whole",), limit=9, cursor=first.next))
    assert sorted(row.text for row in rest.items) == ["w2", "w3", "w4"]


def test_a_list_is_read_from_its_end_in_its_own_order(service):
    """The page before holds the rows in the order of the list, and the first page has none before it."""
    query = Query(sort=("-whole", "text"), limit=2)
    second = service.find(replace(query, cursor=service.find(query).next))
    assert [row.text for row in second.items] == ["w3", "w0"] and second.previous
    first = service.find(replace(query, before=second.previous))
    assert [row.text for row in first.items] == ["w4", "w2"]
    assert first.previous is None
    assert [row.text for row in service.find(replace(query, cursor=first.next)).items] == ["w3", "w0"]


@pytest.mark.parametrize("gone", ["before", "after"])
def test_where_nothing_is_left_the_way_back_holds_every_row(service, gone):
    """All rows on one side are removed: the empty page leads to all on the other side, the row at the place included."""
    query = Query(sort=("text",), limit=2)
    first = service.find(query)
    second = service.find(replace(query, cursor=first.next))
    if gone == "before":
        for row in first.items:
            service.remove(row.id)
        empty = service.find(replace(query, before=second.previous))
        assert not empty.items and empty.previous is None
        found = service.find(replace(query, cursor=empty.next))
        assert [row.text for row in found.items] == ["w2", "w3"]
    else:
        for name in ("w2", "w3", "w4"):
            service.remove(next(row.id for row in service.find(Query()).items if row.text == name))
        empty = service.find(replace(query, cursor=first.next))
        assert not empty.items and empty.next is None
        found = service.find(replace(query, before=empty.previous))
        assert [row.text for row in found.items] == ["w0", "w1"]


def test_two_cursors_are_refused(service):
    """A page stands after one place or before one."""
    cursor = service.find(Query(limit=2)).next
    with pytest.raises(Invalid, match="give after or before, not both"):
        service.find(Query(cursor=cursor, before=cursor))


def test_what_stands_before_a_page_is_counted(service):
    """Whatever is filtered away does not count, and a long list is counted to a limit only."""
    query = Query(sort=("text",), limit=2, filters=(Filter("whole", "ne", 0),))
    second = service.find(replace(query, cursor=service.find(query).next))
    assert [row.text for row in second.items] == ["w4"]
    assert service.preceding(query, second.previous) == 2
    assert service.preceding(query, second.previous, most=0) == 1
    assert service.preceding(replace(query, filters=()), second.previous) == 4
