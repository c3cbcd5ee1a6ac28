"""A field is declared once: its type, its limits, its words; forms, checks and storage agree on them."""

import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import sqlalchemy as sa
from dihya_hookspecs import DeclarationError, Invalid
from dihya_hookspecs.data import Model, Record, Records, impersonal, personal
from dihya_hookspecs.fields import (
    Choice,
    Colour,
    Email,
    Field,
    Flag,
    Iban,
    LocalDate,
    LongText,
    Money,
    Number,
    Percentage,
    Phone,
    Reference,
    ShortText,
    Url,
    UTCDateTime,
    Whole,
    checked,
    field_of,
    fields_of,
    form_of,
)
from dihya_hookspecs.i18n import Text, language
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy.orm import Mapped, Session

STATES = {"due": ("Due", "À régler"), "paid": ("Paid", "Réglée")}


class Team(Record):
    """What others refer to."""

    __tablename__ = "fields_teams"

    name: Mapped[str] = impersonal("a name", ShortText(40), search=True)


class Player(Record, subject="id", purpose="sport", basis="contract", retention="1y"):
    """One field of each type."""

    __tablename__ = "fields_players"

    name: Mapped[str] = personal(
        "name", ShortText(20), label=("Name", "Nom"), help=("As said", "Comme dit"), search=True
    )
    email: Mapped[str | None] = personal("contact.email", Email(), unique=True)
    phone: Mapped[str | None] = personal("contact.phone_number", Phone())
    account: Mapped[str | None] = personal("financial", Iban())
    site: Mapped[str | None] = impersonal("public", Url())
    colour: Mapped[str | None] = impersonal("shown", Colour())
    notes: Mapped[str | None] = personal("content", LongText(50))
    seats: Mapped[int] = impersonal("counted", Whole(min=1, max=4), default=1)
    price: Mapped[Decimal | None] = impersonal("a tariff", Money(min=0, max=1000))
    weight: Mapped[Decimal | None] = impersonal("measured", Number(places=3))
    share: Mapped[Decimal | None] = impersonal("a share", Percentage())
    twice: Mapped[Decimal | None] = impersonal("a sum", Money(), computed="price * 2")
    state: Mapped[str] = impersonal("a state", Choice(STATES, moves={"due": ["paid"], "paid": []}), default="due")
    born_on: Mapped[date | None] = personal("demographic", LocalDate())
    seen_at: Mapped[datetime | None] = personal("behavior", UTCDateTime())
    active: Mapped[bool] = impersonal("a flag", Flag(), default=True)
    team_id: Mapped[uuid.UUID | None] = impersonal("a link", Reference("teams"))
    token: Mapped[str | None] = personal("account", ShortText(40), secret=True)


class Players(Records[Player]):
    model = Player


@pytest.fixture(params=["sqlite", "postgresql"])
def session(request):
    """A real database of each kind with the tables."""
    url = "sqlite://" if request.param == "sqlite" else request.getfixturevalue("postgresql_server")
    engine, tables = sa.create_engine(url), [Team.__table__, Player.__table__]
    Model.metadata.create_all(engine, tables=tables)
    with Session(engine) as session:
        yield session
    Model.metadata.drop_all(engine, tables=tables)
    engine.dispose()


def test_what_is_declared_is_known_of_the_field():
    """Everybody reads words, limits, choices and links from one place."""
    fields = fields_of(Player)
    assert fields["name"].label == Text("Name", "Nom") and fields["name"].help == Text("As said", "Comme dit")
    assert (fields["name"].kind, fields["name"].limits.max, fields["name"].required) == ("text", 20, True)
    assert (fields["seats"].limits.min, fields["seats"].limits.max, fields["seats"].default) == (1, 4, 1)
    assert fields["state"].choices["paid"] == Text("Paid", "Réglée") and fields["state"].moves == {
        "due": ("paid",),
        "paid": (),
    }
    assert fields["team_id"].reference == "teams" and Player.__table__.c.team_id.index
    assert {key.target_fullname for key in Player.__table__.foreign_keys} == {"fields_teams.id"}
    assert fields["twice"].computed and not fields["twice"].writable and not fields["token"].writable
    assert [name for name, field in fields.items() if field.listed] == ["name", "email", "phone", "account", "site"]


def test_a_plain_column_is_a_field_too():
    """Tables that are no resource keep plain types; what can be known of them is."""
    column = sa.Column("city_name", sa.String(80), nullable=True)
    assert field_of(column) == Field(
        "city_name", Text("City name", "City name"), "text", column.type, True, False, limits=field_of(column).limits
    )
    assert field_of(column).limits.max == 80


@pytest.mark.parametrize(
    ("name", "typed", "stored"),
    [
        ("name", "  Zoe\u0301\t", "Zoé"),
        ("email", "Bob Le <bob@EXAMPLE.Org>", "bob@example.org"),
        ("email", "mailto:b\u200bob@example.org", "bob@example.org"),
        ("phone", "06\u202f12\u00a034 56 78", "+33612345678"),
        ("phone", "0033 6 12 34 56 78", "+33612345678"),
        ("phone", "+33 (0)6 12 34 56 78", "+33612345678"),
        ("account", "fr14 2004 1010 0505 0001 3m02 606", "FR1420041010050500013M02606"),
        ("colour", "#ABC", "#aabbcc"),
        ("site", "HTTPS://Example.org/Path", "https://example.org/Path"),
        ("price", "1\u202f234,50".replace("1\u202f", ""), Decimal("234.50")),
        ("weight", "1 234,567", Decimal("1234.567")),
        ("notes", "a\r\nb ", "a\nb"),
        (
            "seen_at",
            datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2))),
            datetime(2025, 12, 31, 23, tzinfo=UTC),
        ),
    ],
)
def test_a_value_is_stored_in_its_one_spelling_and_found_by_another(session, name, typed, stored):
    """However it is typed, it is stored, read and found as one and the same."""
    record = Players(session).add({"name": "Ana", name: typed})
    session.refresh(record)
    assert getattr(record, name) == stored
    column = getattr(Player, name)
    if isinstance(typed, str) and not isinstance(stored, Decimal):
        assert session.scalars(sa.select(Player).where(column == typed)).one() is record


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("name", value) for value in ("x" * 21, "", " ", "a\0b", "a\ud800", 7, None)),
        *(("email", value) for value in ("nobody", "a@localhost", "a b@example.org", "a" * 250 + "@b.fr")),
        *(("phone", value) for value in ("call me", "12", "+99999999999999999")),
        *(("account", value) for value in ("FR1420041010050500013M02607", "x")),
        *(("site", value) for value in ("javascript:alert(1)", "https://", "https://a b", "ftp://a.fr")),
        *(("colour", value) for value in ("red", "#12345g")),
        *(("seats", value) for value in (0, 5, 79, True, 1.5, "two")),
        *(("price", value) for value in ("0.001", "-1", "1000.01", "NaN", "1,2.3", True)),
        ("share", 101),
        ("state", "lost"),
        ("born_on", "the day after"),
        ("seen_at", datetime(2026, 1, 1)),
        ("team_id", "nobody"),
        ("twice", 4),
    ],
)
def test_a_wrong_value_is_refused_however_a_record_is_reached(session, name, value):
    """Adding and changing say which field is wrong; nothing is written."""
    records = Players(session)
    with pytest.raises(Invalid) as added:
        records.add({"name": "Ana", name: value})
    assert [flaw.pointer for flaw in added.value.flaws] == [f"/{name}"]
    there = records.add({"name": "Ana"})
    with pytest.raises(Invalid) as changed:
        records.change(there.id, {name: value})
    assert [flaw.pointer for flaw in changed.value.flaws] == [f"/{name}"]
    session.expire_all()
    assert session.scalar(sa.select(sa.func.count()).select_from(Player)) == 1


def test_a_new_record_takes_its_defaults(session):
    """What is left out, or left empty, has the declared default before any rule looks at it."""
    assert checked(Player, {"name": "Ana", "state": None}, whole=True) == {
        "name": "Ana",
        "seats": 1,
        "state": "due",
        "active": True,
    }
    with pytest.raises(Invalid) as refusal:
        Players(session).add({})
    assert [(flaw.pointer, flaw.code) for flaw in refusal.value.flaws] == [("/name", "missing")]


def test_what_is_wrong_is_said_in_the_readers_language():
    """One catalogue serves every face."""
    token = language.set("fr")
    try:
        with pytest.raises(Invalid) as refusal:
            checked(Player, {"name": "x" * 21}, whole=True)
    finally:
        language.reset(token)
    assert refusal.value.flaws[0].detail == "doit compter au plus 20 caractères"


def test_moments_keep_their_zone_on_every_database(session):
    """SQLite forgets it, the type does not; a moment without a zone is not stored."""
    record = Players(session).add({"name": "Ana", "seen_at": datetime(2026, 1, 1, tzinfo=UTC)})
    session.refresh(record)
    assert record.seen_at.tzinfo is UTC and record.created_at.tzinfo is UTC
    record.seen_at = datetime(2026, 1, 1)
    with pytest.raises(sa.exc.StatementError, match="without a time zone"):
        session.flush()


def test_the_plugins_own_tables_ask_for_moments_with_a_zone():
    """The times of every record keep it too."""
    assert isinstance(Player.__table__.c.changed_at.type, UTCDateTime)


def test_patterns_are_no_values(session):
    """A search by a part of a phone number compares text."""
    record = Players(session).add({"name": "Ana", "phone": "06 12 34 56 78"})
    assert session.scalars(sa.select(Player).where(Player.phone.like("%3361%"))).one() is record


DECLARED = {
    "label": (lambda: impersonal("x", ShortText(), label="Name"), "label= takes a text in English and one in French"),
    "search": (lambda: impersonal("x", Whole(), search=True), "search in texts"),
    "total": (lambda: impersonal("x", ShortText(9), total=True), "total amounts and quantities"),
    "secret": (lambda: personal("x", ShortText(), secret=True, listed=True), "a secret is shown nowhere"),
    "required": (lambda: impersonal("x", ShortText(), required=True, default="a"), "leave one of them out"),
    "choice": (lambda: impersonal("x", Choice(STATES), default="lost"), "which is no choice; use one of due, paid"),
    "moves": (lambda: impersonal("x", Choice(STATES, moves={"due": ["lost"]})), "no choice; use due, paid"),
    "limits": (lambda: impersonal("x", Whole(min=3, max=2)), "nothing does; swap them"),
    "default": (lambda: impersonal("x", Whole(max=4), default=5), "not between"),
    "computed": (lambda: impersonal("x", Whole(), computed="1", default=1), "the database works it out"),
    "reference": (lambda: impersonal("x", Reference("the members")), "name a resource"),
    "currency": (lambda: impersonal("x", Money("euro")), "ISO 4217"),
}


@pytest.mark.parametrize("case", DECLARED)
def test_what_cannot_be_is_refused_when_the_class_is_made(case):
    """One sentence says what, got, do; no half-declared table stays behind."""
    make, said = DECLARED[case]
    with pytest.raises(DeclarationError, match=said.replace("(", r"\(")):
        type(
            f"Bad_{case}",
            (Record,),
            {"__tablename__": "fields_bad", "__annotations__": {"field": Mapped[str]}, "field": make()},
            subject="id",
            purpose="x",
            basis="contract",
            retention="1y",
        )
    assert "fields_bad" not in Model.metadata.tables


TYPED = {
    "name": st.text(max_size=25),
    "notes": st.text(max_size=60) | st.none(),
    "seats": st.integers() | st.booleans() | st.text(max_size=3),
    "price": st.decimals() | st.floats() | st.text("0123456789,. -", max_size=12),
    "weight": st.decimals(allow_nan=True) | st.none(),
    "phone": st.text("0123456789+ ().-", max_size=20),
    "email": st.emails() | st.text(max_size=12),
    "site": st.text(max_size=30) | st.from_regex(r"https?://[a-z]{1,5}/\w*", fullmatch=True),
    "colour": st.from_regex(r"#[0-9a-fA-F]{3,6}", fullmatch=True) | st.text(max_size=8),
    "state": st.sampled_from(["due", "paid", "lost", ""]),
    "born_on": st.dates() | st.text(max_size=12),
    "seen_at": st.datetimes(timezones=st.just(UTC) | st.none()) | st.text(max_size=12),
}


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries({"name": TYPED["name"]}, optional={k: v for k, v in TYPED.items() if k != "name"}))
def test_what_the_form_accepts_the_database_keeps_and_gives_back(values):
    """The form and the check of records agree; what passes is stored, read unchanged, and passes again as it is."""
    try:
        form = form_of(Player).model_validate(values)
    except ValidationError as error:
        wrong = {item["loc"][0] for item in error.errors()}
        with pytest.raises(Invalid) as refusal:
            checked(Player, values, whole=True)
        assert {flaw.pointer[1:] for flaw in refusal.value.flaws} == wrong
        return
    clean = checked(Player, values, whole=True)
    assert {name: getattr(form, name) for name in clean} == clean
    assert checked(Player, clean, whole=True) == clean
    engine = sa.create_engine("sqlite://")
    Model.metadata.create_all(engine, tables=[Team.__table__, Player.__table__])
    with Session(engine) as session:
        record = Players(session).add(values)
        session.refresh(record)
        assert {name: getattr(record, name) for name in clean} == clean
    engine.dispose()


def test_a_form_tells_the_help_of_a_field_in_both_languages():
    """Whoever draws the form picks the reader's; a program reads the English one as the description."""
    told = form_of(Player).model_json_schema()["properties"]["name"]
    assert told["hint"] == {"en": "As said", "fr": "Comme dit"} and told["description"] == "As said"


@pytest.mark.parametrize("helped", [False, True])
def test_a_form_tells_what_json_schema_does_not_know(helped):
    """Captions, several lines and spellings of each type stand in the schema that forms are drawn by, with help and without."""
    help = {"help": ("As said", "Comme dit")} if helped else {}
    name = f"fields_told_{helped}".lower()
    told = type(
        f"Told{helped}",
        (Record,),
        {
            "__tablename__": name,
            "__annotations__": {"state": Mapped[str], "notes": Mapped[str | None], "email": Mapped[str | None]},
            "state": impersonal("a state", Choice(STATES), default="due", **help),
            "notes": impersonal("a note", LongText(50), **help),
            "email": impersonal("an office", Email(), **help),
        },
    )
    fields = form_of(told).model_json_schema()["properties"]
    assert fields["state"]["captions"]["paid"] == {"en": "Paid", "fr": "Réglée"}
    assert fields["notes"]["multiline"] and fields["email"]["format"] == "email"
    assert {"hint" in field for field in fields.values()} == {helped}
