"""The five acts on one table."""

import pytest
from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.data import Filter, Model, Query, Record, Records, impersonal, where
from dihya_hookspecs.resources.folding import fold, install
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import ForeignKey, String, create_engine, event, func, select
from sqlalchemy.orm import Mapped, Session, column_property


class Book(Record):
    """A table."""

    __tablename__ = "records_books"
    title: Mapped[str] = impersonal("a title", String(80), unique=True)
    shelf: Mapped[int | None] = impersonal("a place")
    lent: Mapped[bool] = impersonal("whether it is away", default=False)


class Page(Record):
    """A table that refers to another."""

    __tablename__ = "records_pages"
    book_id: Mapped[object] = impersonal("its book", ForeignKey(Book.id))


Book.first_page = column_property(
    select(func.min(Page.id)).where(Page.book_id == Book.id).correlate_except(Page).scalar_subquery()
)


class Books(Records[Book]):
    """The rules of Book."""

    model = Book
    search = ("title",)
    order = "title"

    def check(self, record):
        """A title is not empty."""
        if not record.title:
            raise Invalid("a book needs a title")


@pytest.fixture
def session():
    """A session on a database of its own."""
    engine = create_engine("sqlite://")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))
    event.listen(engine, "connect", lambda connection, _: install(connection))
    Model.metadata.create_all(engine, tables=[Book.__table__, Page.__table__])
    with Session(engine) as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def books(session):
    """Five books."""
    made = Books(session)
    for number, letter in enumerate("ebadc"):
        made.add({"title": f"{letter}1", "shelf": number % 2 or None, "lent": number > 2})
    return made


def titles(found):
    return [book.title for book in found.items]


def test_a_list_comes_in_its_order(books):
    """A list comes in its order and says how many records there are."""
    found = books.find(total=True)
    assert (titles(found), found.total, found.next) == (["a1", "b1", "c1", "d1", "e1"], 5, None)


@pytest.mark.parametrize("order", ["title", "-title", "created_at", "-created_at", "shelf", "-shelf", "lent", "-lent"])
@pytest.mark.parametrize("limit", [1, 2, 4])
def test_pages_give_every_record_once(books, order, limit):
    """Whatever the order, also where values are equal or absent."""
    seen, after = [], None
    while True:
        page = books.find(Query(sort=(order,), limit=limit, cursor=after))
        seen += titles(page)
        after = page.next
        if after is None:
            break
    assert sorted(seen) == ["a1", "b1", "c1", "d1", "e1"]
    if order == "-title":
        assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize("limit", [1, 3])
def test_a_column_that_sql_works_out_is_filtered_and_sorted_by(books, session, limit):
    """As any other, page by page, with what is empty last; nobody writes it, since it is no column of the table."""
    found = {book.title: book for book in books.find().items}
    made = {title: Page(book_id=found[title].id) for title in ("d1", "b1")}
    session.add_all(made.values())
    session.flush()
    session.expire_all()
    seen, after = [], None
    while not seen or after:
        page = books.find(Query(sort=("-first_page",), limit=limit, cursor=after))
        seen, after = seen + titles(page), page.next
    pages = sorted(made, key=lambda title: made[title].id, reverse=True)
    assert seen[:2] == pages and sorted(seen[2:]) == ["a1", "c1", "e1"]
    assert titles(books.find(Query(filters=where(first_page=made["b1"].id)))) == ["b1"]
    assert titles(books.find(Query(filters=(Filter("first_page", "ne", made["b1"].id),)))) == ["a1", "c1", "d1", "e1"]
    assert "first_page" not in Book.__table__.columns


def test_search_needs_every_word(books):
    """Each word has to be there, in any case."""
    assert titles(books.find(Query("A 1"))) == ["a1"]
    assert titles(books.find(Query("a z"))) == []


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20))
def test_a_query_is_text_and_not_a_pattern(text):
    """Neither % nor _ nor quotes mean anything."""
    engine = create_engine("sqlite://")
    event.listen(engine, "connect", lambda connection, _: install(connection))
    Model.metadata.create_all(engine, tables=[Book.__table__, Page.__table__])
    with Session(engine) as opened:
        books = Books(opened)
        books.add({"title": "plain"})
        expected = ["plain"] if all(fold(word) in "plain" for word in text.split()) else []
        assert titles(books.find(Query(text))) == expected
    engine.dispose()


def test_a_nul_character_is_refused(books):
    """Engines cut the text there, or fail."""
    with pytest.raises(Invalid, match="NUL"):
        books.find(Query("a\0b"))


@pytest.mark.parametrize("title", ["a\0b", "a\ud800", "a" * 81], ids=["NUL", "half", "long"])
def test_what_no_database_holds_is_refused_however_it_comes(books, title):
    """A text with a NUL, half a character, or more than the column takes: a plain column says so before the database does."""
    with pytest.raises(Invalid) as refused:
        books.add({"title": title})
    assert [flaw.pointer for flaw in refused.value.flaws] == ["/title"]
    book = books.add({"title": "fine"})
    with pytest.raises(Invalid):
        books.change(book.id, {"title": title}, book.version)


@pytest.mark.parametrize("query", ["a" * 201, "a " * 21])
def test_a_search_text_has_limits(books, query):
    """A database's parser has, too."""
    with pytest.raises(Invalid, match="at most 200 characters and 20 words"):
        books.find(Query(query))


def test_filters_must_be_columns(books):
    """Equal values; anything else is said."""
    assert titles(books.find(Query(filters=where(title="a1")))) == ["a1"]
    with pytest.raises(Invalid, match="unknown column 'colour' to filter by; one of"):
        books.find(Query(filters=where(colour="red")))
    with pytest.raises(Invalid, match="unknown column 'colour' to sort by"):
        books.find(Query(sort=("-colour",)))


def test_a_foreign_cursor_is_refused(books):
    """It may be of another list, or of a record that is gone."""
    with pytest.raises(Invalid, match="is not a cursor of this list"):
        books.find(Query(cursor="nonsense"))


def test_rules_hold_for_adding_and_changing(books):
    """Before anything is written."""
    with pytest.raises(Invalid, match="needs a title"):
        books.add({"title": ""})
    with pytest.raises(Invalid, match="needs a title"):
        books.change(books.find().items[0].id, {"title": ""})


def test_a_taken_value_is_a_conflict(books):
    """409, at its field."""
    with pytest.raises(Invalid) as caught:
        books.add({"title": "a1"})
    assert (caught.value.status, caught.value.flaws[0].pointer) == (409, "/title")


def test_an_old_version_is_refused(books):
    """The status is 412, which says: read again."""
    book = books.find().items[0]
    assert books.change(book.id, {"shelf": 3}, version=1).version == 2
    with pytest.raises(Invalid, match="version 2, not 1") as caught:
        books.change(book.id, {"shelf": 4}, version=1)
    assert caught.value.status == 412


def test_what_others_refer_to_stays(books, session):
    """409, and the record is still there."""
    book = books.find().items[0]
    session.add(Page(book_id=book.id))
    session.flush()
    with pytest.raises(Invalid, match="another record refers to this one") as caught:
        books.remove(book.id)
    assert caught.value.status == 409


def test_removing_removes(books):
    """A record that was removed is not found."""
    book = books.find().items[0]
    books.remove(book.id)
    with pytest.raises(NotFound, match="no record"):
        books.get(book.id)


def test_a_key_that_is_none_is_not_found(books):
    """Whatever stands in the URL."""
    with pytest.raises(NotFound):
        books.get("../../etc/passwd")
