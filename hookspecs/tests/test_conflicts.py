"""What a database refuses, said by the constraint that it names, on both engines."""

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.data import Model, Record, Records, impersonal
from dihya_hookspecs.i18n import language
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, create_engine, event
from sqlalchemy.orm import Mapped, Session


class Account(Record):
    """Columns whose names stand in one another, as a driver's text shows them."""

    __tablename__ = "conflicts_accounts"
    __table_args__ = (
        UniqueConstraint("season", "team"),
        CheckConstraint("level < 9", name="level"),
        Index("conflicts_badge", "badge", unique=True),
    )
    name: Mapped[str | None] = impersonal("a name", String(20), unique=True)
    username: Mapped[str | None] = impersonal("a name", String(20), unique=True)
    season: Mapped[str | None] = impersonal("a season", String(20), label=("Season", "Saison"))
    team: Mapped[str | None] = impersonal("a team", String(20), label=("Squad", "Équipe"))
    badge: Mapped[str | None] = impersonal("a badge", String(20))
    level: Mapped[int | None] = impersonal("a number")
    unique: Mapped[str | None] = impersonal("a word that drivers use", String(20), unique=True)


class Entry(Record):
    """Refers to an account."""

    __tablename__ = "conflicts_entries"
    account_id: Mapped[object] = impersonal("its account", ForeignKey(Account.id))


class Accounts(Records[Account]):
    """The accounts."""

    model = Account


class Entries(Records[Entry]):
    """The entries."""

    model = Entry


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request):
    """An engine with the tables."""
    url = "sqlite://" if request.param == "sqlite" else request.getfixturevalue("postgresql_server")
    made = create_engine(url)
    if request.param == "sqlite":
        event.listen(made, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))
    tables = [Account.__table__, Entry.__table__]
    Model.metadata.create_all(made, tables=tables)
    yield made
    Model.metadata.drop_all(made, tables=tables)
    made.dispose()


@pytest.fixture
def session(engine):
    """A session that leaves nothing."""
    with Session(engine) as opened:
        yield opened
        opened.rollback()


@pytest.mark.parametrize(
    ("there", "pointers", "code"),
    [
        ({"name": "a"}, ["/name"], "taken"),
        ({"username": "name"}, ["/username"], "taken"),
        ({"unique": "username"}, ["/unique"], "taken"),
        ({"badge": "name"}, ["/badge"], "taken"),
        ({"season": "2026", "team": "name"}, ["/season", "/team"], "taken-together"),
    ],
)
def test_a_taken_value_stands_at_its_own_column(session, there, pointers, code):
    """The constraint's columns, whatever words stand in the driver's text."""
    accounts = Accounts(session)
    accounts.add(there)
    with pytest.raises(Invalid) as caught:
        accounts.add(there)
    assert (caught.value.status, caught.value.code) == (409, code)
    assert [(flaw.pointer, flaw.code) for flaw in caught.value.flaws] == [(pointer, code) for pointer in pointers]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "there is already a record with the same “Season” and “Squad”"),
        ("fr", "il existe déjà une fiche avec les mêmes « Saison » et « Équipe »"),
    ],
)
def test_values_that_are_taken_together_are_named_by_their_labels(session, code, said):
    """The reader sees the words of the fields, in their language, and no name of a column."""
    token, accounts = language.set(code), Accounts(session)
    try:
        accounts.add({"season": "2026", "team": "a"})
        with pytest.raises(Invalid) as caught:
            accounts.add({"season": "2026", "team": "a"})
    finally:
        language.reset(token)
    assert {caught.value.message, *(flaw.detail for flaw in caught.value.flaws)} == {said}


def test_a_reference_that_holds_is_named(session):
    """A record that others refer to stays, and one that refers to nothing does not come."""
    account = Accounts(session).add({})
    Entries(session).add({"account_id": account.id})
    with pytest.raises(Invalid) as caught:
        Accounts(session).remove(account.id)
    assert (caught.value.status, caught.value.code) == (409, "referred")


def test_a_missing_value_stands_at_its_column(session):
    """The column that must have one."""
    with pytest.raises(Invalid) as caught:
        Entries(session).add({})
    assert (caught.value.status, [flaw.pointer for flaw in caught.value.flaws]) == (409, ["/account_id"])


def test_a_check_is_a_refusal(session):
    """Any other constraint names the table."""
    with pytest.raises(Invalid, match="the database refuses this record of conflicts_accounts") as caught:
        Accounts(session).add({"level": 10})
    assert caught.value.status == 409
