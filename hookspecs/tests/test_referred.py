"""Rules that look at the record to which a reference leads."""

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from dihya_hookspecs import Invalid
from dihya_hookspecs.data import Model, Record, Records, impersonal
from dihya_hookspecs.fields import Choice, LocalDate, Money, Reference, ShortText, UTCDateTime
from dihya_hookspecs.i18n import language
from dihya_hookspecs.rules import not_before, obey, refers_to, within
from sqlalchemy.orm import Mapped, Session

STATES = {"draft": ("Draft", "Brouillon"), "sold": ("On sale", "En vente"), "gone": ("Withdrawn", "Retiré")}
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Ware(Record):
    __tablename__ = "referred_wares"

    name: Mapped[str] = impersonal("a name", ShortText())
    state: Mapped[str] = impersonal("a state", Choice(STATES), default="sold", label=("State", "État"))
    since: Mapped[date | None] = impersonal("a day", LocalDate(), label=("Since", "Depuis"))
    until: Mapped[date | None] = impersonal("a day", LocalDate(), label=("Until", "Jusqu’au"))
    opens_at: Mapped[datetime | None] = impersonal("a moment", UTCDateTime(), label=("Opens at", "Ouvre le"))


class Line(Record):
    __tablename__ = "referred_lines"
    __rules__ = (
        refers_to("ware_id", {"state": ("draft", "sold")}),
        within("at", over="ware_id", since="since", until="until"),
        within("on", over="ware_id", since="opens_at"),
        within("on", over="ware_id", until="until"),
        not_before("amount", "tax"),
    )

    ware_id: Mapped[uuid.UUID | None] = impersonal("a link", Reference("wares"), label=("Product", "Produit"))
    at: Mapped[datetime | None] = impersonal("a moment", UTCDateTime(), label=("At", "Le"))
    on: Mapped[date | None] = impersonal("a day", LocalDate(), label=("On", "En date du"))
    amount: Mapped[Decimal | None] = impersonal("a number", Money(), label=("Amount", "Montant"))
    tax: Mapped[Decimal | None] = impersonal("a number", Money(), label=("VAT", "TVA"))


class Wares(Records[Ware]):
    model = Ware


class Lines(Records[Line]):
    model = Line


@pytest.fixture
def session():
    """A database with both tables."""
    engine, tables = sa.create_engine("sqlite://"), [Ware.__table__, Line.__table__]
    Model.metadata.create_all(engine, tables=tables)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def ware(session):
    """What is sold from the first to the tenth of May, and opens at noon of the fourth."""
    days = {"since": date(2026, 5, 1), "until": date(2026, 5, 10), "opens_at": NOON}
    return Wares(session).add({"name": "Vase", **days})


def refused(write):
    """Return pointer and French words of the only flaw."""
    token = language.set("fr")
    try:
        with pytest.raises(Invalid) as refusal:
            write()
    finally:
        language.reset(token)
    (flaw,) = refusal.value.flaws
    return flaw.pointer, flaw.detail


def test_what_may_not_be_chosen_is_refused_when_it_is_chosen(session, ware):
    """On adding and on changing, with the values that it should have; other values of it are as good."""
    lines, gone = Lines(session), Wares(session).add({"name": "Bowl", "state": "gone"})
    said = ("/ware_id", "pour « Produit », choisissez une fiche avec « État » « Brouillon » ou « En vente »")
    assert refused(lambda: lines.add({"ware_id": gone.id})) == said
    line = lines.add({"ware_id": ware.id})
    assert refused(lambda: lines.change(line.id, {"ware_id": gone.id})) == said
    lines.change(line.id, {"ware_id": Wares(session).add({"name": "Mug", "state": "draft"}).id})
    lines.change(line.id, {"ware_id": None})


def test_what_becomes_of_the_chosen_record_later_breaks_nothing(session, ware):
    """A line of what is no longer sold can be changed, and comes back from the bin."""
    line = Lines(session).add({"ware_id": ware.id})
    Wares(session).change(ware.id, {"state": "gone"})
    Lines(session).change(line.id, {"amount": "5.00"})
    assert refused(lambda: obey(session, Line(ware_id=ware.id)))[0] == "/ware_id"
    obey(session, Line(ware_id=ware.id), restored=True)


@pytest.mark.parametrize("day", [0, 11])
def test_what_lies_outside_of_the_time_of_what_it_refers_to_is_refused(session, ware, day):
    """Before the first day and after the last one; on both of them it passes, at any hour."""
    lines, outside = Lines(session), datetime(2026, 5, 1, 23, 30, tzinfo=UTC) + timedelta(day - 1)
    line = lines.add({"ware_id": ware.id, "at": NOON})
    words = "« Le » doit se situer entre « Depuis » et « Jusqu’au » de « Produit »"
    assert refused(lambda: lines.change(line.id, {"at": outside})) == ("/at", words)
    for last in (datetime(2026, 5, 1, 0, 0, tzinfo=UTC), datetime(2026, 5, 10, 23, 59, tzinfo=UTC)):
        lines.change(line.id, {"at": last})
    Wares(session).change(ware.id, {"until": date(2026, 5, 2)})
    lines.change(line.id, {"amount": "1.00"})


def test_one_side_alone_is_said_alone(session, ware):
    """A day is compared with a moment by its day; an empty one lets everything through."""
    lines = Lines(session)
    early, late = date(2026, 5, 3), date(2026, 5, 11)
    before = ("/on", "« En date du » ne peut pas précéder « Ouvre le » de « Produit »")
    assert refused(lambda: lines.add({"ware_id": ware.id, "on": early})) == before
    after = ("/on", "« En date du » ne peut pas suivre « Jusqu’au » de « Produit »")
    assert refused(lambda: lines.add({"ware_id": ware.id, "on": late})) == after
    lines.add({"ware_id": ware.id, "on": date(2026, 5, 4)})
    lines.add({"ware_id": Wares(session).add({"name": "Mug"}).id, "on": early})
    lines.add({"on": early})


def test_a_number_is_less_and_not_before(session):
    """The tax of an amount is at most the amount."""
    said = ("/amount", "« Montant » ne peut pas être inférieur à « TVA »")
    assert refused(lambda: Lines(session).add({"amount": "1.00", "tax": "500.00"})) == said
    Lines(session).add({"amount": "5.00", "tax": "5.00"})
