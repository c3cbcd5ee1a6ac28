"""Which records the log names within a window of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from dihya_hookspecs.audit import AuditEvent, Entry
from dihya_rgpd import touched as module
from dihya_rgpd.touched import touched

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Log:
    """A log of these events, oldest first, that answers as the real one does."""

    def __init__(self, *events):
        self.events = events

    def search(self, *, query="", before=None, limit=50, **_more):
        found = [Entry(place, "", event) for place, event in enumerate(self.events) if query in (event.object or "")]
        return [entry for entry in reversed(found) if before is None or entry.index < before][:limit]


def event(object, action="club.opened", hours=0, actor="ada", outcome="done"):
    """Return an event so many hours after nine."""
    at = (NINE + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return AuditEvent(at, "act", actor, action, object, outcome, "club")


def told(*events, until=2):
    """Return what is found in the two hours from nine on."""
    return touched(Log(*events), "club_people", NINE, NINE + timedelta(hours=until))


def test_records_in_the_window_are_found_with_what_was_done():
    """Looks and changes are counted apart, and people once."""
    found = told(event("club_people:1"), event("club_people:1", hours=1), event("club_people:1", "update", 2, "tin"))
    (row,) = found.rows.values()
    assert row.acts == {"opened": 2, "update": 1} and row.actors == {"ada", "tin"}
    assert (row.first[:16], row.last[:16]) == ("2026-03-02T09:00", "2026-03-02T11:00")


def test_the_window_has_both_its_ends():
    """What happened a minute before or after it is left out."""
    found = told(
        event("club_people:1", hours=-0.02),
        event("club_people:2"),
        event("club_people:3", hours=2),
        event("club_people:4", hours=2.02),
    )
    assert set(found.rows) == {"2", "3"}


def test_other_tables_are_left_out():
    """One whose name begins with the same letters too."""
    assert told(event("club_people_notes:1"), event("old_club_people:2")).rows == {}


def test_what_was_refused_touched_nothing():
    """Nobody saw the record."""
    assert told(event("club_people:1", outcome="refused")).rows == {}


def test_acts_on_the_whole_table_name_no_record():
    """They are counted apart, since any record may have been among them."""
    found = told(event("club_people", "club.people.csv"))
    assert found.rows == {} and found.together == {"club.people.csv": 1}


def test_an_entry_that_found_its_place_late_is_not_missed():
    """An older one that stands after it ends the search only when it is much older."""
    assert set(told(event("club_people:1"), event("club_people:2", hours=-3)).rows) == {"1"}


def test_every_page_of_the_log_is_looked_through(monkeypatch):
    """Until the window has ended, or until there is no more."""
    monkeypatch.setattr(module, "PAGE", 2)
    found = told(*(event(f"club_people:{number}") for number in range(5)))
    assert len(found.rows) == 5 and found.whole


def test_a_log_that_is_too_long_says_so(monkeypatch):
    """Nobody shall believe that the answer is whole."""
    monkeypatch.setattr(module, "PAGE", 2)
    monkeypatch.setattr(module, "PAGES", 1)
    assert not told(*(event(f"club_people:{number}") for number in range(5))).whole


@pytest.mark.parametrize("older", [30, 40])
def test_entries_that_are_much_older_end_the_search(older):
    """A log of years is not read to its beginning."""
    assert told(event("club_people:1"), event("club_people:2", hours=-older)).whole
