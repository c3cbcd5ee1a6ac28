"""Events as a file of iCalendar (RFC 5545), which calendars of telephones and mail programs read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dihya_hookspecs.fields import in_utc

MEDIA_TYPE = "text/calendar; charset=utf-8"
OCTETS = 75
"""A line has at most this many octets, without its end; a longer one is folded (RFC 5545, 3.1)."""


class Event(NamedTuple):
    """Something in a calendar.

    Attributes:
        uid: what makes it the same event in every file that it stands in.
        begins: a day, or an instant; one without a zone is UTC.
        ends: in the same type; a day is the last one. None where it is not known.
    """

    uid: str
    begins: dt.date
    summary: str
    ends: dt.date | None = None
    url: str = ""


def written(name: str, events: Iterable[Event], stamp: dt.datetime) -> bytes:
    """Return the file of a calendar called *name*; *stamp* is when it was made."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Dihya//Console//EN", f"X-WR-CALNAME:{text(name)}"]
    for event in events:
        lines += _event(event, stamp)
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"]).encode()


def text(value: str) -> str:
    """Return a text as a value of iCalendar (3.3.11)."""
    plain = "".join(sign for sign in value.replace("\r\n", "\n").replace("\r", "\n") if sign == "\n" or sign >= " ")
    for sign, said in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        plain = plain.replace(sign, said)
    return plain


def moment(value: dt.datetime) -> str:
    """Return an instant in UTC (3.3.5)."""
    return in_utc(value).astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def day(value: dt.date) -> str:
    """Return a day (3.3.4)."""
    return value.strftime("%Y%m%d")


def folded(line: str) -> str:
    """Return a line in pieces of at most 75 octets, none of which cuts a character (3.1)."""
    pieces, piece, size = [], "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > OCTETS:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + sign, size + octets
    return "\r\n".join([*pieces, piece])


def _event(event: Event, stamp: dt.datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{moment(stamp)}"
    yield from _when(event)
    yield f"SUMMARY:{text(event.summary)}"
    if event.url:
        yield f"URL:{event.url}"
    yield "END:VEVENT"


def _when(event: Event) -> Iterator[str]:
    if isinstance(event.begins, dt.datetime):
        yield f"DTSTART:{moment(event.begins)}"
        if isinstance(event.ends, dt.datetime) and event.ends > event.begins:
            yield f"DTEND:{moment(event.ends)}"
        return
    yield f"DTSTART;VALUE=DATE:{day(event.begins)}"
    if event.ends is not None and event.ends >= event.begins:
        yield f"DTEND;VALUE=DATE:{day(event.ends + dt.timedelta(1))}"  # the day after the last one (3.6.1)
