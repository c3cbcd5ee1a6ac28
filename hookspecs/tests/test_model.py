"""Columns say what they are, or the class is refused."""

import uuid
from datetime import date

import pytest
from dihya_hookspecs import DeclarationError
from dihya_hookspecs._model import Impersonal, Model, Personal, Record, impersonal, personal, uuid7
from dihya_hookspecs.fields.declared import called
from dihya_hookspecs.i18n import Text as Words
from dihya_hookspecs.naming import table_words
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, String, Table, Text, create_engine, event
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.exc import StaleDataError


class Person(
    Record, subject="id", purpose="membership", basis="contract", retention="3y after left_on", erase="anonymise"
):
    """A table of people."""

    __tablename__ = "model_people"
    email: Mapped[str] = personal("contact.email", String(254), unique=True)
    note: Mapped[str | None] = personal("user.content", String(99), purpose="support", basis="consent", retention="6m")
    plan: Mapped[str] = impersonal("a price list entry", String(9))
    left_on: Mapped[date | None] = impersonal("the end of a contract")


def declared(name):
    return Person.__table__.c[name].info["rgpd"]


def test_a_personal_column_takes_what_it_leaves_out_from_its_class():
    """A personal column has what it says itself, and what it leaves out from its class."""
    assert declared("email") == Personal("contact.email", "id", "membership", "contract", "3y after left_on")
    assert declared("note") == Personal("user.content", "id", "support", "consent", "6m")
    assert declared("plan") == Impersonal("a price list entry")


def test_every_column_of_a_record_is_annotated():
    """The inherited ones too."""
    assert all(isinstance(column.info["rgpd"], (Personal, Impersonal)) for column in Person.__table__.columns)


def test_the_table_knows_how_it_is_erased():
    """A table knows how its rows are erased and whether it is audited."""
    assert Person.__table__.info["erase"] == "anonymise"
    assert Person.__table__.info["audited"] is True


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "personal column without 'subject'"),
        (
            {"subject": "id", "purpose": "p", "basis": "because", "retention": "1y"},
            "unknown basis 'because'; one of consent",
        ),
        ({"subject": "id", "purpose": "p", "basis": "consent", "retention": "long"}, "retention 'long' is not '3y'"),
    ],
)
def test_a_column_that_does_not_say_enough_is_refused(options, words):
    """When the class is made, with class and column."""
    name = f"Broken{uuid.uuid4().hex}"
    with pytest.raises(TypeError, match=words):
        type(
            name,
            (Record,),
            {"__tablename__": name, "__annotations__": {"a": Mapped[str]}, "a": personal("name", String(9), **options)},
        )


def name():
    return f"model_{uuid.uuid4().hex}"


def in_a_class(table):
    type(table, (Record,), {"__tablename__": table, "__annotations__": {"a": Mapped[str]}, "a": mapped_column(Text)})


def from_the_annotation_alone(table):
    type(table, (Record,), {"__tablename__": table, "__annotations__": {"a": Mapped[str]}})


def from_a_mixin(table):
    mixin = type("Mixin", (), {"__annotations__": {"a": Mapped[str]}, "a": mapped_column(Text)})
    type(table, (mixin, Record), {"__tablename__": table})


def in_an_association_table(table):
    Table(table, Model.metadata, Column("a", Text))


def in_a_class_with_a_table_of_its_own(table):
    type(table, (Model,), {"__table__": Table(table, Model.metadata, Column("a", Text, primary_key=True))})


def after_the_class(table):
    cls = type(table, (Record,), {"__tablename__": table})
    cls.a = mapped_column(Text)


def in_a_child_of_the_same_table(table):
    cls = type(table, (Record,), {"__tablename__": table, "__mapper_args__": {"polymorphic_identity": "p"}})
    type(f"{table}_child", (cls,), {"__annotations__": {"a": Mapped[str]}, "a": mapped_column(Text, nullable=True)})


@pytest.mark.parametrize(
    "declare",
    [
        in_a_class,
        from_the_annotation_alone,
        from_a_mixin,
        in_an_association_table,
        in_a_class_with_a_table_of_its_own,
        after_the_class,
        in_a_child_of_the_same_table,
    ],
)
def test_a_column_that_says_nothing_is_refused_however_it_comes_to_a_table(declare):
    """When it is declared, with table and column and what to write."""
    table = name()
    with pytest.raises(TypeError, match=rf"column {table}\.a does not say whether it is about a person; declare it by"):
        declare(table)


def test_a_personal_column_that_comes_later_is_completed_from_its_class():
    """Whoever adds a column to a class has its purpose and basis; what is missing is refused there, too."""
    table = name()
    cls = type(table, (Record,), {"__tablename__": table})
    with pytest.raises(TypeError, match="personal column without 'subject'"):
        cls.a = personal("name", Text)

    class Later(Record, subject="id", purpose="p", basis="consent", retention="1y"):
        __tablename__ = name()

    Later.a = personal("name", Text)
    assert Later.__table__.c.a.info["rgpd"] == Personal("name", "id", "p", "consent", "1y")


def test_a_refused_class_leaves_no_table_behind():
    """Nobody would create it with those of the others."""
    table = name()
    with pytest.raises(TypeError):
        type(
            table,
            (Record,),
            {"__tablename__": table, "__annotations__": {"a": Mapped[str]}, "a": personal("name", Text)},
        )
    assert table not in Model.metadata.tables


def test_an_impersonal_column_says_why():
    """An empty reason is none."""
    with pytest.raises(TypeError, match="says in a few words what it holds"):
        impersonal(" ", Text)


def test_tables_of_others_are_not_concerned():
    """A library with a metadata of its own declares what it likes."""
    assert Table("theirs", MetaData(), Column("a", Text)).c.a.info == {}


@given(st.integers(1, 50))
def test_keys_are_version_7_and_sort_by_time(count):
    """RFC 9562: version 7, variant 10, 48 bits of milliseconds in front."""
    keys = [uuid7() for _ in range(count)]
    assert all(key.version == 7 and key.variant == uuid.RFC_4122 for key in keys)
    stamps = [key.int >> 80 for key in keys]
    assert stamps == sorted(stamps)
    assert len(set(keys)) == count


def test_a_new_row_is_stored_without_being_read_back():
    """Its key and its moments are known before; only what somebody left to the database is asked for."""
    engine = create_engine("sqlite://")
    Person.metadata.create_all(engine, tables=[Person.__table__])
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda one, two, text, *rest: said.append(text))
    given = uuid.uuid4()
    with Session(engine) as session:
        one, other = Person(email="a@x", plan="a"), Person(email="b@x", plan="a", id=given)
        session.add_all((one, other))
        session.flush()
        assert one.created_at == one.changed_at and one.version == 1 and one.id.version == 7 and other.id == given
    assert len(said) == 1 and "RETURNING" not in said[0]


def test_a_stale_version_is_noticed():
    """Two sessions change one row: the second is told."""
    engine = create_engine("sqlite://")
    Model.metadata.create_all(engine, tables=[Person.__table__])
    with Session(engine) as session:
        session.add(person := Person(email="a@example.org", plan="x"))
        session.commit()
        assert person.version == 1
        session.execute(Person.__table__.update().values(version=7))
        person.plan = "y"
        with pytest.raises(StaleDataError):
            session.flush()
    engine.dispose()


def test_a_table_is_called_as_its_class_says():
    """Its title and what one row is, in both languages; or as its resource does, and otherwise it has no words."""

    class Ledger(Record, title=("Ledgers", "Registres"), singular=("ledger", "registre")):
        __tablename__ = "model_ledgers"

    assert table_words(Ledger.__table__) == (Words("Ledgers", "Registres"), Words("ledger", "registre"))
    assert table_words(Person.__table__) is None


@pytest.mark.parametrize(("title", "singular"), [(("A", "B"), None), (None, ("a", "b")), ("A", ("a", "b"))])
def test_half_a_name_of_a_table_is_refused(title, singular):
    """A title without what one row is, the other way round, or a word in one language."""
    with pytest.raises(DeclarationError, match="title"):
        called("club.Visit", title, singular)
