"""Rules that speak of time: nothing lies at the same time, and what is to come has not happened."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from dihya_hookspecs import Invalid
from dihya_hookspecs.data import Record, Records, impersonal
from dihya_hookspecs.fields import Choice, LocalDate, ShortText, UTCDateTime, Whole
from dihya_hookspecs.i18n import language
from dihya_hookspecs.rules import no_overlap, past_when
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Mapped, Session

STATES = {"planned": ("Planned", "Prévu"), "seen": ("Seen", "Reçu"), "cancelled": ("Cancelled", "Annulé")}
NINE = datetime(2026, 1, 1, 9, tzinfo=UTC)


class Visit(Record):
    __tablename__ = "moments_visits"
    __rules__ = (
        no_overlap("starts_at", "minutes", per="doctor", unless={"state": "cancelled"}),
        past_when("starts_at", {"state": "seen"}),
        past_when("noted_on", {"state": ("seen", "cancelled")}),
    )

    doctor: Mapped[str] = impersonal("a word", ShortText(), label=("Doctor", "Médecin"))
    starts_at: Mapped[datetime] = impersonal("a moment", UTCDateTime(), label=("Starts at", "Début"))
    minutes: Mapped[int | None] = impersonal("a number", Whole(min=0, max=120))
    state: Mapped[str] = impersonal("a state", Choice(STATES), default="planned", label=("State", "État"))
    noted_on: Mapped[date | None] = impersonal("a day", LocalDate(), label=("Noted on", "Noté le"))


class Visits(Records[Visit]):
    model = Visit


@pytest.fixture(params=["sqlite", "postgresql"])
def visits(request):
    """The visits in a real database of each kind."""
    url = "sqlite://" if request.param == "sqlite" else request.getfixturevalue("postgresql_server")
    engine = sa.create_engine(url)
    Visit.__table__.create(engine)
    with Session(engine) as session:
        yield Visits(session)
    Visit.__table__.drop(engine)
    engine.dispose()


def visit(minute, minutes=30, **more):
    """Return the values of a visit that begins so many minutes after nine."""
    return {"doctor": "A", "starts_at": NINE + timedelta(minutes=minute), "minutes": minutes, **more}


@pytest.mark.parametrize(("minute", "minutes"), [(10, 30), (-20, 30), (10, 5), (-10, 60), (0, 30), (0, None), (0, 0)])
def test_what_lasts_some_minutes_keeps_others_out_until_it_ends(visits, minute, minutes):
    """Whether the other begins within it, ends within it, lies in it, or holds it; the refusal stands at the start."""
    visits.add(visit(0))
    with pytest.raises(Invalid) as refusal:
        visits.add(visit(minute, minutes))
    assert (refusal.value.status, refusal.value.flaws[0].pointer) == (409, "/starts_at")


def test_what_begins_as_another_ends_has_the_place(visits):
    """Just before, just after, and with somebody else at the same time."""
    there = visits.add(visit(0))
    for minute, more in ((30, {}), (-30, {}), (10, {"doctor": "B"})):
        visits.add(visit(minute, **more))
    visits.change(there.id, {"minutes": 20})  # it is not in its own way
    with pytest.raises(Invalid):
        visits.change(there.id, {"minutes": 31})


def test_what_takes_no_time_is_in_nobodys_way(visits):
    """A cancelled one leaves its place; where another took it, it cannot come back."""
    there = visits.add(visit(0, state="cancelled"))
    visits.add(visit(10))
    visits.add(visit(5, state="cancelled"))
    with pytest.raises(Invalid) as refusal:
        visits.change(there.id, {"state": "planned"})
    assert refusal.value.flaws[0].pointer == "/starts_at"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 120)), max_size=8))
def test_minutes_overlap_when_they_share_one_and_nothing_else(spans):
    """Whatever is asked for, what was taken in shares no minute, and what was refused would have."""
    engine = sa.create_engine("sqlite://")
    Visit.__table__.create(engine)
    taken = []
    with Session(engine) as session:
        for start, length in spans:
            clash = any(s < start + length and start < e for s, e in taken)
            try:
                Visits(session).add(visit(start, length))
            except Invalid:
                assert clash
            else:
                assert not clash
                taken.append((start, start + length))
    engine.dispose()


def test_what_is_to_come_has_not_happened(visits):
    """Adding and changing are refused in the reader's words; once the moment has come, or for another state, they pass."""
    soon = datetime.now(UTC) + timedelta(hours=1)
    token = language.set("fr")
    try:
        with pytest.raises(Invalid) as refusal:
            visits.add(visit(0, starts_at=soon, state="seen"))
    finally:
        language.reset(token)
    (flaw,) = refusal.value.flaws
    assert (flaw.pointer, flaw.detail) == (
        "/starts_at",
        "« Début » est encore à venir : « État » « Reçu » n’est pas encore possible",
    )
    planned = visits.add(visit(0, starts_at=soon))
    with pytest.raises(Invalid):
        visits.change(planned.id, {"state": "seen"})
    visits.change(planned.id, {"state": "seen", "starts_at": NINE})


def test_a_day_is_to_come_until_it_has_begun_somewhere(visits):
    """Nobody is refused what is today where they are; empty is no day."""
    today = datetime.now(UTC).date()
    visits.add(visit(0, state="seen", noted_on=today))
    visits.add(visit(60, state="seen"))
    with pytest.raises(
        Invalid, match="“Noted on” is still to come, so “State” “Seen” or “Cancelled” is not possible yet"
    ):
        visits.add(visit(120, state="seen", noted_on=today + timedelta(2), doctor=uuid.uuid4().hex))
