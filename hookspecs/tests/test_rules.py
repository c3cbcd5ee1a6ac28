"""Rules are declared on the class, and hold however a record is reached."""

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from dihya_hookspecs import DeclarationError, Invalid
from dihya_hookspecs.data import Model, Record, Records, impersonal
from dihya_hookspecs.fields import Choice, LocalDate, Money, Reference, ShortText, UTCDateTime, Whole
from dihya_hookspecs.i18n import language
from dihya_hookspecs.rules import no_overlap, not_before, required_when, sum_at_most, unique_name, unique_together
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Mapped, Session

STATES = {"due": ("Due", "À régler"), "paid": ("Paid", "Réglée"), "refunded": ("Refunded", "Remboursée")}
DAY = date(2026, 1, 1)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Show(Record):
    __tablename__ = "rules_shows"

    name: Mapped[str] = impersonal("a name", ShortText(), label=("Show", "Spectacle"))
    capacity: Mapped[int | None] = impersonal("a number", Whole(min=0), label=("Capacity", "Capacité"))


class Booking(Record):
    __tablename__ = "rules_bookings"
    __rules__ = (
        not_before("ends_on", "starts_on"),
        required_when("paid_on", {"state": "paid"}),
        unique_together("show_id", "holder"),
        sum_at_most("seats", over="show_id", limit="capacity"),
    )

    show_id: Mapped[uuid.UUID] = impersonal("a link", Reference("shows"), label=("Show", "Spectacle"))
    holder: Mapped[str | None] = impersonal("a word", ShortText(), label=("Holder", "Titulaire"))
    seats: Mapped[int] = impersonal("a number", Whole(min=1, max=50), default=1, label=("Seats", "Places"))
    starts_on: Mapped[date | None] = impersonal("a day", LocalDate(), label=("From", "Du"))
    ends_on: Mapped[date | None] = impersonal("a day", LocalDate(), label=("To", "Au"))
    state: Mapped[str] = impersonal(
        "a state",
        Choice(STATES, moves={"due": ["paid"], "paid": ["refunded"], "refunded": []}),
        default="due",
        label=("State", "État"),
    )
    paid_on: Mapped[date | None] = impersonal("a day", LocalDate(), label=("Paid on", "Réglée le"))
    price: Mapped[Decimal | None] = impersonal("a tariff", Money())


class Stay(Record):
    __tablename__ = "rules_stays"
    __rules__ = (no_overlap("starts_at", "ends_at", per="room"),)

    room: Mapped[str] = impersonal("a room", ShortText(), label=("Room", "Chambre"))
    starts_at: Mapped[datetime] = impersonal("a moment", UTCDateTime())
    ends_at: Mapped[datetime | None] = impersonal("a moment", UTCDateTime())


class Shows(Records[Show]):
    model = Show


class Bookings(Records[Booking]):
    model = Booking


class Stays(Records[Stay]):
    model = Stay


@pytest.fixture(params=["sqlite", "postgresql"])
def session(request):
    """A real database of each kind with the tables."""
    url = "sqlite://" if request.param == "sqlite" else request.getfixturevalue("postgresql_server")
    engine, tables = sa.create_engine(url), [each.__table__ for each in (Show, Booking, Stay)]
    Model.metadata.create_all(engine, tables=tables)
    with Session(engine) as session:
        yield session
    Model.metadata.drop_all(engine, tables=tables)
    engine.dispose()


@pytest.fixture
def show(session):
    """A show with ten seats, of which four are taken."""
    show = Shows(session).add({"name": "Fanfare", "capacity": 10})
    Bookings(session).add({"show_id": show.id, "holder": "Ana", "seats": 4})
    return show


BROKEN = {
    "ends_on": ({"starts_on": DAY, "ends_on": DAY - timedelta(1)}, "« Au » ne peut pas précéder « Du »", 422),
    "paid_on": ({"state": "paid"}, "« Réglée le » est nécessaire lorsque « État » vaut « Réglée »", 422),
    "show_id": ({"holder": "Ana"}, "il existe déjà une fiche avec les mêmes « Spectacle » et « Titulaire »", 409),
    "seats": ({"seats": 7}, "la somme de « Places » dépasserait « Capacité » de « Spectacle » ; reste {left}", 422),
}


@pytest.mark.parametrize("field", BROKEN)
def test_a_broken_rule_is_told_at_its_field_in_the_readers_language(session, show, field):
    """Adding and changing are refused alike; what is refused is not kept."""
    values, said, status = BROKEN[field]
    there = Bookings(session).add({"show_id": show.id, "holder": "Bo"})
    token = language.set("fr")
    try:
        for left, write in (
            (5, lambda: Bookings(session).add({"show_id": show.id, "holder": "Cy", **values})),
            (6, lambda: Bookings(session).change(there.id, values if field != "seats" else {"seats": 8})),
        ):
            with pytest.raises(Invalid) as refusal:
                write()
            assert [(flaw.pointer, flaw.detail) for flaw in refusal.value.flaws] == [
                (f"/{field}", said.format(left=left))
            ]
            assert refusal.value.status == status
    finally:
        language.reset(token)
    session.flush()
    assert (there.holder, there.seats, there.state) == ("Bo", 1, "due")


def test_who_asks_for_too_much_is_told_what_is_left(session, show):
    """Of ten seats four are taken: a booking of seven hears that six are left, and one that grows counts its own among them."""
    bookings = Bookings(session)
    with pytest.raises(Invalid, match="would exceed “Capacity” of “Show”; 6 left$"):
        bookings.add({"show_id": show.id, "holder": "Bo", "seats": 7})
    there = bookings.add({"show_id": show.id, "holder": "Bo", "seats": 5})
    with pytest.raises(Invalid, match="; 6 left$"):
        bookings.change(there.id, {"seats": 8})


def test_what_keeps_the_rules_passes(session, show):
    """At the limit, and with empty values, nothing is refused."""
    bookings = Bookings(session)
    full = bookings.add({"show_id": show.id, "seats": 6, "starts_on": DAY, "ends_on": DAY})
    bookings.change(full.id, {"state": "paid", "paid_on": DAY})
    bookings.change(full.id, {"state": "refunded"})
    with pytest.raises(Invalid) as refusal:
        bookings.change(full.id, {"state": "due"})
    assert refusal.value.flaws[0].pointer == "/state"


def test_a_sum_is_held_when_its_limit_is_lowered(session, show):
    """Whoever lowers the capacity below what is booked is told so at the capacity."""
    Shows(session).change(show.id, {"capacity": 4})
    with pytest.raises(Invalid) as refusal:
        Shows(session).change(show.id, {"capacity": 3})
    assert [flaw.pointer for flaw in refusal.value.flaws] == ["/capacity"]
    Shows(session).change(show.id, {"capacity": None})


def test_every_broken_rule_is_told_at_once(session, show):
    """Nobody mends one thing to be told of the next."""
    with pytest.raises(Invalid) as refusal:
        Bookings(session).add({"show_id": show.id, "state": "paid", "seats": 50})
    assert {flaw.pointer for flaw in refusal.value.flaws} == {"/paid_on", "/seats"}


SPANS = st.tuples(st.integers(0, 20), st.integers(1, 5) | st.none())


@settings(max_examples=60, deadline=None)
@given(st.lists(SPANS, max_size=6))
def test_what_lies_at_the_same_time_is_refused_and_nothing_else(spans):
    """Whatever is asked for, what was taken in shares no moment, and what was refused would have."""
    engine = sa.create_engine("sqlite://")
    Stay.__table__.create(engine)
    taken = []
    with Session(engine) as session:
        for start, length in spans:
            end = None if length is None else start + length
            clash = any((end is None or s < end) and (e is None or start < e) for s, e in taken)
            values = {"room": "1", "starts_at": NOON + timedelta(hours=start)}
            values |= {} if end is None else {"ends_at": NOON + timedelta(hours=end)}
            try:
                Stays(session).add(values)
            except Invalid as refusal:
                assert clash and refusal.status == 409
            else:
                assert not clash
                taken.append((start, end))
            Stays(session).add({**values, "room": uuid.uuid4().hex})
    engine.dispose()


def test_days_overlap_when_they_share_one_and_moments_do_not(session):
    """Who arrives at the hour at which another leaves has the room; a lock makes two who ask at once wait."""
    stays = Stays(session)
    stays.add({"room": "1", "starts_at": NOON, "ends_at": NOON + timedelta(hours=1)})
    stays.add({"room": "1", "starts_at": NOON + timedelta(hours=1)})
    with pytest.raises(Invalid) as refusal:
        stays.add({"room": "1", "starts_at": NOON + timedelta(hours=9), "ends_at": NOON + timedelta(hours=10)})
    assert (refusal.value.status, refusal.value.flaws[0].pointer) == (409, "/starts_at")


def test_a_rule_makes_its_constraint(session, show):
    """What several servers could break at once the database holds too, under a name that fits."""
    names = {each.name for each in Booking.__table__.constraints if isinstance(each, sa.UniqueConstraint)}
    assert names == {"uq_rules_bookings_show_id_holder"}
    assert len(unique_name("t" * 40, ("a" * 40, "b"))) == 63
    session.execute(sa.insert(Booking).values(show_id=show.id, holder="Zo", version=1))
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(sa.insert(Booking).values(show_id=show.id, holder="Zo", version=1))


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ((not_before("left_on", "joined_on"),), "'left_on' is no field of rules_bad"),
        (("not_before",), "no rule; use those"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_when_the_class_is_made(rules, said):
    """The sentence names the class, what it got, and what there is."""
    with pytest.raises(DeclarationError, match=said):
        type(f"Bad{said[:3]}", (Record,), {"__tablename__": "rules_bad", "__rules__": rules})
    assert "rules_bad" not in Model.metadata.tables
