"""The filter algebra, on both engines and through references."""

import datetime as dt
import uuid

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.data import Filter, Model, Personal, Query, Record, Records, impersonal, where
from dihya_hookspecs.resources.folding import install
from sqlalchemy import JSON, Boolean, Date, ForeignKey, Integer, String, create_engine, event, select
from sqlalchemy.orm import Mapped, Session


class Town(Record):
    """Where people live."""

    __tablename__ = "filters_towns"
    name: Mapped[str] = impersonal("a name", String(20))


class Person(Record):
    """Somebody, with a parent of the same table."""

    __tablename__ = "filters_people"
    name: Mapped[str | None] = impersonal("a name", String(20))
    age: Mapped[int | None] = impersonal("a number", Integer)
    born: Mapped[dt.date | None] = impersonal("a day", Date)
    open: Mapped[bool] = impersonal("a state", Boolean, default=True)
    data: Mapped[dict[str, object] | None] = impersonal("a document", JSON(none_as_null=True))
    pin: Mapped[str | None] = impersonal("a number", String(9))
    town_id: Mapped[uuid.UUID | None] = impersonal("a town", ForeignKey(Town.id))
    parent_id: Mapped[uuid.UUID | None] = impersonal("a parent", ForeignKey("filters_people.id"))


Person.__table__.c.pin.info["rgpd"] = Personal("authentication", "id", "x", "contract", "3y", secret=True)


class People(Records[Person]):
    """The people, of whom the closed ones are not there when *only_open* says so."""

    model, order = Person, "name"
    search = ("name", "town_id.name", "parent_id.name")
    only_open = False

    def visible(self, model, select):
        """Narrow every table that is asked."""
        return select.where(Person.open) if self.only_open and model is Person else select


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request):
    """An engine with the tables."""
    made = create_engine("sqlite://" if request.param == "sqlite" else request.getfixturevalue("postgresql_server"))
    if request.param == "sqlite":
        event.listen(made, "connect", lambda connection, _: install(connection))
    tables = [Town.__table__, Person.__table__]
    Model.metadata.create_all(made, tables=tables)
    yield made
    Model.metadata.drop_all(made, tables=tables)
    made.dispose()


@pytest.fixture
def people(engine):
    """Ana and her children Bo and Élo in Alger and Bejaïa, and Di, of whom nothing is known."""
    with Session(engine) as session:
        alger, bejaia = Town(name="Alger"), Town(name="Bejaïa")
        session.add_all([alger, bejaia])
        session.flush()
        made = People(session)
        ana = made.add({"name": "Ana", "age": 60, "born": dt.date(1966, 1, 1), "town_id": alger.id, "open": False})
        made.add({"name": "Bo", "age": 30, "town_id": bejaia.id, "parent_id": ana.id})
        made.add({"name": "Élo", "age": 20, "town_id": alger.id, "parent_id": ana.id})
        made.add({"name": "Di"})
        yield made
        session.rollback()


def names(people, *filters, **query):
    return sorted(person.name for person in people.find(Query(filters=filters, **query)).items)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Filter("age", "eq", 30), ["Bo"]),
        (Filter("age", "eq", None), ["Di"]),
        (Filter("age", "ne", 30), ["Ana", "Di", "Élo"]),
        (Filter("age", "in", (20, None)), ["Di", "Élo"]),
        (Filter("age", "in", ()), []),
        (Filter("age", "gt", 30), ["Ana"]),
        (Filter("age", "ge", 30), ["Ana", "Bo"]),
        (Filter("age", "lt", 30), ["Élo"]),
        (Filter("age", "le", 30), ["Bo", "Élo"]),
        (Filter("age", "between", (20, 30)), ["Bo", "Élo"]),
        (Filter("born", "is_null", False), ["Ana"]),
        (Filter("open", "eq", False), ["Ana"]),
        (Filter("name", "contains", "LO"), ["Élo"]),
        (Filter("name", "startswith", "el"), ["Élo"]),
        (Filter("name", "contains", "%"), []),
        (Filter("town_id.name", "eq", "Alger"), ["Ana", "Élo"]),
        (Filter("town_id.name", "ne", "Alger"), ["Bo", "Di"]),
        (Filter("town_id.name", "contains", "bejai"), ["Bo"]),
        (Filter("town_id.name", "is_null", True), ["Di"]),
        (Filter("parent_id.name", "eq", "Ana"), ["Bo", "Élo"]),
        (Filter("parent_id.town_id.name", "startswith", "alg"), ["Bo", "Élo"]),
        (Filter("data", "is_null", True), ["Ana", "Bo", "Di", "Élo"]),
    ],
)
def test_every_operator_says_what_its_name_promises(people, asked, found):
    """Whatever is empty, and through references."""
    assert names(people, asked) == found


@pytest.mark.parametrize(
    ("field", "op", "words"),
    [
        ("shoe", "eq", "unknown column 'shoe' to filter by"),
        ("pin", "eq", "unknown column 'pin' to filter by"),
        ("age.name", "eq", "'age' refers to no table"),
        ("town_id.mayor", "eq", "unknown column 'town_id.mayor'"),
        ("parent_id.parent_id.parent_id.parent_id.name", "eq", "refers to no table"),
        ("age", "contains", "'age' cannot be asked with 'contains'"),
        ("open", "gt", "cannot be asked"),
        ("data", "eq", "cannot be asked"),
        ("parent_id.pin", "startswith", "unknown column"),
    ],
)
def test_what_makes_no_sense_is_refused(people, field, op, words):
    """Secret columns do not exist, neither do operators that a type does not have."""
    with pytest.raises(Invalid, match=words):
        people.find(Query(filters=(Filter(field, op, "1"),)))


@pytest.mark.parametrize("name", ["pin", "-pin", "parent_id.pin", "data"])
def test_no_list_is_sorted_by_what_is_secret(people, name):
    """An order tells of the values."""
    with pytest.raises(Invalid):
        people.find(Query(sort=(name,)))


def test_search_goes_through_references(people):
    """A person is found by the town and by the parent, without accents; every word must occur."""
    assert names(people, search="bejaia") == ["Bo"]
    assert names(people, search="ALGER elo") == ["Élo"]
    assert names(people, search="ana") == ["Ana", "Bo", "Élo"]


def test_what_is_not_visible_is_neither_found_nor_asked(people):
    """One place narrows the list, the count, one record, and what filters, orders and searches reach."""
    ana = people.session.scalar(select(Person).where(Person.name == "Ana"))
    people.only_open = True
    assert names(people) == ["Bo", "Di", "Élo"]
    assert people.count() == 3
    assert names(people, *where(name="Ana")) == []
    assert names(people, Filter("parent_id.name", "eq", "Ana")) == []
    assert names(people, search="ana") == []
    assert people.some([ana.id]) == []
    ordered = people.find(Query(sort=("parent_id.name", "name"))).items
    assert len(ordered) == 3
    from dihya_hookspecs import NotFound

    for act in (people.get, people.remove, lambda id: people.change(id, {"age": 1})):
        with pytest.raises(NotFound):
            act(ana.id)


def test_a_hidden_column_is_neither_asked_nor_searched(people):
    """What this caller does not see tells nothing by its order either."""
    people.hidden = lambda model=None: frozenset({"name"})
    for query in (Query(filters=where(name="Ana")), Query(sort=("-name",))):
        with pytest.raises(Invalid, match="unknown column"):
            people.find(query)
    assert people.find(Query("Di", sort=("age",))).items == []
