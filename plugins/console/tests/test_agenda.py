"""The agenda of a list."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from dihya_console import agenda

ENGLISH = {"Accept": "text/html", "Accept-Language": "en"}
FRENCH = {"Accept": "text/html", "Accept-Language": "fr"}
WEEK = "/demo/fees/agenda/week/2026-03-05"


@pytest.fixture
def filled(make_app: Any, demo: Any) -> Any:
    """Fees of two members, due on Wednesday evening, at half past eleven on Sunday, and on the Monday after, in Paris."""
    said = {"i18n": {"timezone": "Europe/Paris"}}
    app = make_app("console", "i18n", "static", plugins={"demo": demo}, config=said)
    members, fees = (resource.service for resource in demo.register_resources())
    with app.act() as act:
        app.people = [
            act.get(members).add({"name": name, "plan": "full", "active": True, "note": ""}).id
            for name in ("Tin", "Ana")
        ]
        for number, label, due in (
            (0, "wednesday", (2026, 3, 4, 18)), (1, "sunday", (2026, 3, 8, 22, 30)), (0, "monday", (2026, 3, 8, 23)),
        ):  # fmt: skip
            values = {"label": label, "member_id": app.people[number], "amount": "1.00"}
            act.get(fees).add({**values, "due": dt.datetime(*due, tzinfo=dt.UTC)})
    return app


def row(page: str, day: str) -> str:
    """The row of a day."""
    found = re.search(rf'<time datetime="{day}">.*?</tr>', page, re.DOTALL)
    assert found
    return found[0]


def test_a_week_shows_each_day_with_its_records(filled: Any) -> None:
    """By the clock of people here; what is due a minute after the week is not in it."""
    page = filled.client("user").get(WEEK, headers=FRENCH).text
    assert page.count('<th scope="row"') == 7 and "mercredi 4 mars 2026" in page
    assert "19:00" in row(page, "2026-03-04") and ">wednesday</a>" in row(page, "2026-03-04")
    assert "23:30" in row(page, "2026-03-08") and ">sunday</a>" in row(page, "2026-03-08") and ">monday<" not in page


def test_a_month_shows_each_of_its_days(filled: Any) -> None:
    """With its name and its year."""
    page = filled.client("user").get("/demo/fees/agenda/month/2026-03-05", headers=FRENCH).text
    assert page.count('<th scope="row"') == 31 and "<h2>Mars 2026</h2>" in page and ">monday</a>" in page


def test_an_agenda_leads_to_the_days_around_it(filled: Any) -> None:
    """The week before, today, and the week after, with what the list is narrowed to."""
    page = filled.client("user").get(f"{WEEK}?q=day", headers=ENGLISH).text
    for day in ("2026-02-23", "2026-03-09"):
        assert f'href="/demo/fees/agenda/week/{day}?q=day"' in page
    assert re.search(r'href="/demo/fees/agenda/week/\d{4}-\d\d-\d\d\?q=day">Today<', page)


def test_an_agenda_of_another_span_is_not_there(filled: Any) -> None:
    """There are weeks and months; whoever may not read the list hears 403 before that."""
    assert filled.client("user").get("/demo/fees/agenda/year/2026-03-05").status_code == 404
    assert filled.client("guest").get("/demo/fees/agenda/year/2026-03-05").status_code == 403


def test_an_agenda_without_a_day_shows_this_week(filled: Any) -> None:
    """Today is marked in words."""
    page = filled.client("user").get("/demo/fees/agenda", headers=ENGLISH).text
    assert page.count('aria-current="date"') == 1 and "Nothing lies in these days." in page


def test_an_agenda_is_narrowed_as_its_list_is(filled: Any) -> None:
    """By the words, references and ranges of the address, which it says."""
    page = filled.client("user").get(f"{WEEK}?member_id={filled.people[1]}", headers=ENGLISH).text
    assert ">sunday</a>" in page and ">wednesday</a>" not in page and "<strong><a" in page


def test_a_list_with_days_leads_to_its_agenda(filled: Any) -> None:
    """One without any does not."""
    client = filled.client("user")
    assert 'href="/demo/fees/agenda?q=day"' in client.get("/demo/fees/?q=day", headers=ENGLISH).text


def test_a_list_without_days_has_no_agenda(filled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its address is not found."""
    monkeypatch.setattr("dihya_console.records.Desk.hidden", lambda desk: frozenset({"due", "joined"}))
    client = filled.client("user")
    assert client.get(WEEK).status_code == 404 and client.get(f"{WEEK}.ics").status_code == 404
    assert "/agenda" not in client.get("/demo/fees/", headers=ENGLISH).text


def test_adding_on_a_day_fills_it_in(filled: Any) -> None:
    """With what the list is narrowed to; who may not write is offered nothing."""
    asked = f"{WEEK}?member_id={filled.people[1]}"
    page = filled.client("admin").get(asked, headers=ENGLISH).text
    way = f"/demo/fees/new?member_id={filled.people[1]}&amp;due=2026-03-06T09:00"
    assert f'href="{way}"' in row(page, "2026-03-06")
    form = filled.client("admin").get(way.replace("&amp;", "&"), headers=ENGLISH).text
    assert 'value="2026-03-06T09:00"' in form
    assert "/new?" not in filled.client("user").get(asked, headers=ENGLISH).text


def test_too_many_records_are_said(filled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of them are shown."""
    monkeypatch.setattr(agenda, "MOST", 1)
    page = filled.client("user").get(WEEK, headers=ENGLISH).text
    assert "more than 1 records" in page and ">wednesday</a>" in page and ">sunday</a>" not in page


@pytest.mark.parametrize("day", ["nonsense", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_a_day_that_no_calendar_has_is_not_found(filled: Any, day: str) -> None:
    """Words, a day that February has not, and one whose week leads out of all calendars answer 404."""
    for span in ("week", "month"):
        assert filled.client("user").get(f"/demo/fees/agenda/{span}/{day}").status_code == 404


def test_what_is_shown_is_a_file_for_other_calendars(filled: Any) -> None:
    """Narrowed likewise, in UTC, with the way back, and recorded as an export."""
    answer = filled.client("user").get(f"{WEEK}.ics?q=sunday", headers=ENGLISH)
    assert answer.mimetype == "text/calendar" and answer.headers["Cache-Control"] == "no-store"
    assert answer.text.count("BEGIN:VEVENT") == 1 and "DTSTART:20260308T223000Z\r\n" in answer.text
    assert "SUMMARY:sunday\r\n" in answer.text and "URL:http://localhost/demo/fees/" in answer.text.replace("\r\n ", "")
    assert [event.facts["format"] for event in filled.trail if event.action == "demo.exported"] == ["ics"]


def test_an_agenda_is_for_who_may_read(filled: Any) -> None:
    """A stranger signs in first, and whoever may not read is refused."""
    for path in (WEEK, f"{WEEK}.ics", "/demo/fees/agenda"):
        assert filled.client().get(path).status_code == 401 and filled.client("nobody").get(path).status_code == 403
