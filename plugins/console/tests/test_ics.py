"""Files of iCalendar, by the examples of RFC 5545."""

from __future__ import annotations

import datetime as dt

import pytest
from dihya_console.ics import Event, day, folded, moment, text, written

STAMP = dt.datetime(1997, 9, 1, 13, tzinfo=dt.UTC)


def lines(*events: Event) -> list[str]:
    """The lines of a calendar with these events."""
    return written("Review", events, STAMP).decode().split("\r\n")


def test_an_event_is_written_as_in_section_3_6_1() -> None:
    """The employee review of the RFC, without what we do not say."""
    begins, ends = dt.datetime(1997, 9, 3, 16, 30, tzinfo=dt.UTC), dt.datetime(1997, 9, 3, 19, tzinfo=dt.UTC)
    found = lines(Event("19970901T130000Z-123401@example.com", begins, "Annual Employee Review", ends))
    assert found[4:-2] == [
        "BEGIN:VEVENT", "UID:19970901T130000Z-123401@example.com", "DTSTAMP:19970901T130000Z",
        "DTSTART:19970903T163000Z", "DTEND:19970903T190000Z", "SUMMARY:Annual Employee Review", "END:VEVENT",
    ]  # fmt: skip


def test_an_event_of_whole_days_ends_on_the_day_after_its_last_one() -> None:
    """The festival of the RFC lasts from 28 June to 8 July, and its end is 9 July."""
    found = lines(Event("1", dt.date(2007, 6, 28), "Festival International de Jazz de Montreal", dt.date(2007, 7, 8)))
    assert "DTSTART;VALUE=DATE:20070628" in found and "DTEND;VALUE=DATE:20070709" in found


def test_an_event_without_an_end_says_none() -> None:
    """One that ends before it begins says none either."""
    for ends in (None, dt.date(2007, 6, 27)):
        assert not [line for line in lines(Event("1", dt.date(2007, 6, 28), "", ends)) if line.startswith("DTEND")]


@pytest.mark.parametrize(
    ("plain", "said"),
    [
        (
            "Project XYZ Final Review\nConference Room - 3B\nCome Prepared.",
            r"Project XYZ Final Review\nConference Room - 3B\nCome Prepared.",
        ),
        ("Conference Room - F123, Bldg. 002", r"Conference Room - F123\, Bldg. 002"),
        ("a;b\\n\r\nc\rd\0", r"a\;b\\n\nc\nd"),
    ],
)
def test_texts_are_escaped_as_in_section_3_3_11(plain: str, said: str) -> None:
    """Commas, semicolons, backslashes and ends of lines; other signs of control are left out."""
    assert text(plain) == said


def test_instants_are_written_in_utc_as_in_section_3_3_5() -> None:
    """Whatever their zone; one without a zone is UTC."""
    here = dt.timezone(dt.timedelta(hours=-5))
    assert moment(dt.datetime(1998, 1, 19, 2, tzinfo=here)) == moment(dt.datetime(1998, 1, 19, 7)) == "19980119T070000Z"


def test_days_are_written_as_in_section_3_3_4() -> None:
    """Four digits, two and two."""
    assert day(dt.date(1997, 7, 14)) == "19970714"


def test_a_long_line_is_folded_as_in_section_3_1() -> None:
    """Each piece has at most 75 octets, cuts no character, and without the folds the line is what it was."""
    line = "DESCRIPTION:" + "é€𝄞a" * 40
    pieces = folded(line).split("\r\n")
    assert len(pieces) > 2 and all(len(piece.encode()) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line
    assert {piece[0] for piece in pieces[1:]} == {" "}


def test_a_short_line_is_not_folded() -> None:
    """Seventy-five octets are one line."""
    assert folded("a" * 75) == "a" * 75


def test_a_calendar_says_its_version_and_its_name() -> None:
    """Every line ends as the RFC wants it."""
    body = written("a, b", [], STAMP)
    assert body.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:") and body.endswith(b"\r\nEND:VCALENDAR\r\n")
    assert b"X-WR-CALNAME:a\\, b\r\n" in body and b"\n" not in body.replace(b"\r\n", b"")
