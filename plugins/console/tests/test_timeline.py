"""The line of time of a record to which several lists refer."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from dihya_console import slots, timeline
from dihya_console.records import Desk
from dihya_console.timeline import Place, Source, moments, read
from dihya_hookspecs.access import SYSTEM

ENGLISH = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def member(app: Any, demo: Any) -> Any:
    """The id of a member with nine fees: three each are due in one moment; another member has one."""
    members, fees = (resource.service for resource in demo.register_resources())
    with app.act(actor=SYSTEM) as act:
        one, two = (
            act.get(members).add({"name": name, "plan": "full", "active": True, "note": ""}) for name in ("Tin", "Ana")
        )
        for number in range(10):
            due = dt.datetime(2026, 3, 1 + number // 3, tzinfo=dt.UTC)
            owner = two if number == 9 else one
            act.get(fees).add({"label": f"fee {number}", "member_id": owner.id, "amount": "1", "due": due})
        return one.id


def twice(demo: Any) -> list[Source]:
    """The list of fees, as if it were two lists."""
    desk = Desk("demo", demo.register_resources()[1])
    return [Source(desk, ("member_id",), "due")] * 2


@pytest.mark.parametrize("size", [1, 2, 4, 5, 20])
def test_each_record_of_each_list_stands_once_on_the_line(app: Any, demo: Any, member: Any, size: int) -> None:
    """However long its pages are, and though several records are of one moment; the newest come first."""
    with app.act(actor=SYSTEM):
        found, after = [], None
        while page := moments(twice(demo), member, size, after):
            found += page
            after = page[-1].place
    assert len(found) == len({(one.place.rank, one.name) for one in found}) == 18
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)


def test_days_stand_among_moments(app: Any, demo: Any, member: Any) -> None:
    """A day begins at midnight here: on a page after a moment of that day it still comes, on one after midnight it does not."""
    members = Desk("demo", demo.register_resources()[0])
    with app.act(actor=SYSTEM) as act:
        act.get(members.resource.service).change(member, {"joined": dt.date(2026, 3, 2)})
        source = Source(members, ("id",), "joined")
        noon, midnight = (dt.datetime(2026, 3, *at, tzinfo=dt.UTC) for at in ((2, 12), (1, 23)))  # in Paris
        assert [one.at for one in moments([source], member, 9, Place(noon, 0, uuid.UUID(int=0)))] == [
            dt.date(2026, 3, 2)
        ]
        assert not moments([source], member, 9, Place(midnight, 1, uuid.UUID(int=0)))


def test_a_record_with_several_lists_has_a_page_with_its_line(
    app: Any, demo: Any, member: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each record with its kind; the next page begins where this one ends."""
    monkeypatch.setattr(timeline, "ROWS", 5)
    monkeypatch.setattr(timeline, "sources", lambda desk: twice(demo)[:1])
    client = app.client("user")
    first = client.get(f"/demo/members/{member}/timeline", headers=ENGLISH).text
    following = re.search(r'href="(\?after=[^"]+)"', first)
    assert following and first.count("<strong>fee</strong>") == 5 and "Older" in first
    second = client.get(f"/demo/members/{member}/timeline{following[1]}", headers=ENGLISH).text
    assert second.count("<strong>fee</strong>") == 4 and "The newest" in second and "Older" not in second


def test_the_newest_stand_beside_a_record_to_which_several_lists_refer(
    app: Any, demo: Any, member: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One list alone is named on the page already."""
    path = f"/demo/members/{member}"
    assert "/timeline" not in app.client("user").get(path, headers=ENGLISH).text
    monkeypatch.setattr(timeline, "sources", lambda desk: twice(demo))
    page = app.client("user").get(path, headers=ENGLISH).text
    assert f'href="{path}/timeline"' in page and page.count("<strong>fee</strong>") == slots.LATEST_OF_ALL


def test_a_list_without_a_day_of_each_record_counts_from_when_it_was_added(app: Any, demo: Any) -> None:
    """A fee may be due on no day."""
    with app.act(actor=SYSTEM):
        (source,) = timeline.sources(Desk("demo", demo.register_resources()[0]))
        assert (source.desk.resource.name, source.names, source.when) == ("fees", ("member_id",), "created_at")


def test_a_place_is_read_as_it_was_written() -> None:
    """Anything else is no place."""
    place = Place(dt.datetime(2026, 3, 1, tzinfo=dt.UTC), 2, uuid.UUID(int=7))
    assert read(place.written()) == place
    assert [read(text) for text in ("", "a~b~c", f"2026-03-01~0~{place.id}", place.written() + "~")] == [None] * 4


def test_a_place_that_is_none_leads_to_the_newest(app: Any, member: Any) -> None:
    """An address that somebody shortened still shows the line."""
    answer = app.client("user").get(f"/demo/members/{member}/timeline?after=nonsense")
    assert answer.status_code == 303 and answer.headers["Location"] == f"/demo/members/{member}/timeline"


def test_rows_that_the_reader_may_not_see_are_not_on_the_line(
    app: Any, demo: Any, member: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line is narrowed as the lists are."""
    fees = demo.register_resources()[1].service
    monkeypatch.setattr(fees, "visible", lambda self, model, select: select.where(fees.model.label == "fee 3"))
    with app.act(actor=SYSTEM):
        assert [one.name for one in moments(twice(demo)[:1], member, 20)] == ["fee 3"]
