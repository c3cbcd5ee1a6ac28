"""A small library: one resource with every kind of column, and a rule across fields."""

from __future__ import annotations

import enum
import uuid
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from dihya_hookspecs import Flaw, Invalid, hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.data import Record, Records, action, impersonal, personal
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import Resource
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import JSON, Boolean, Date, DateTime, Integer, Numeric, String, Uuid
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped


class Genre(enum.Enum):
    """What kind of book it is."""

    NOVEL = "novel"
    POETRY = "poetry"


class Book(Record, subject="id", purpose="lending", basis="contract", retention="3y"):
    """A book and who lent it."""

    __tablename__ = "library_books"

    title: Mapped[str] = impersonal("a title", String(100), unique=True)
    pages: Mapped[int | None] = impersonal("a number", Integer)
    price: Mapped[Decimal | None] = impersonal("a price", Numeric(8, 2))
    genre: Mapped[str] = impersonal("a category", String(10), default="novel")
    out: Mapped[bool] = impersonal("is it lent?", Boolean, default=False)
    lent_on: Mapped[date | None] = impersonal("a date", Date)
    back_on: Mapped[date | None] = impersonal("a date", Date)
    seen_at: Mapped[datetime | None] = impersonal("a time", DateTime(timezone=True))
    shelf: Mapped[uuid.UUID | None] = impersonal("a place", Uuid)
    tags: Mapped[dict[str, Any] | None] = impersonal("words", JSON)
    note: Mapped[str | None] = impersonal("a remark", LongText)
    lender: Mapped[str | None] = personal("name", String(100))
    pin: Mapped[str | None] = personal("authentication", String(100), secret=True)


class BookForm(BaseModel):
    """What may be written about a book."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Odes", "pages": 40, "genre": "poetry"}]})

    title: str = Field(min_length=1, max_length=100)
    pages: int | None = Field(None, ge=1)
    price: Decimal | None = Field(None, ge=0)
    genre: Genre = Genre.NOVEL
    out: bool = False
    lent_on: date | None = None
    back_on: date | None = None
    seen_at: datetime | None = None
    shelf: uuid.UUID | None = None
    tags: dict[str, Any] | None = None
    note: str | None = None
    lender: str | None = None
    pin: str | None = None

    @model_validator(mode="after")
    def check_dates(self) -> BookForm:
        """A book comes back after it was lent."""
        if self.lent_on and self.back_on and self.back_on < self.lent_on:
            raise ValueError("back_on lies before lent_on")
        return self


class Books(Records[Book]):
    """The books."""

    model = Book
    search = ("title", "note")
    order = "title"

    def check(self, record: Book) -> None:
        """Refuse one title for good."""
        if record.title == "forbidden":
            raise Invalid("this title is forbidden", flaws=[Flaw("/title", "is forbidden")])

    @action("lend", ("Lend", "Prêter"), many=True)
    def lend(self, record: Book) -> None:
        """A book that is away cannot be lent."""
        if record.out:
            raise Invalid("this book is away", status=409)
        record.out = True

    @action("look", ("Look at", "Regarder"), permission="library:read")
    def look(self, record: Book) -> None:
        """Readers may do this."""


BOOKS = Resource(
    name="books",
    service=Books,
    form=BookForm,
    title=Text("Books", "Livres"),
    singular=Text("Book", "Livre"),
    read="library:read",
    write="library:write",
    columns=("title", "pages"),
    labels={"title": Text("Title", "Titre")},
)


@hookimpl
def _permissions() -> list[Permission]:
    """Readers read, librarians (here: admins) write."""
    return [
        Permission("library:read", Text("see the books", "voir les livres"), ("admin", "user")),
        Permission("library:write", Text("change the books", "modifier les livres"), ("admin",)),
    ]


@hookimpl
def _resources() -> Resource:
    """Give the books to whoever makes pages and routes."""
    return BOOKS


LIBRARY = SimpleNamespace(
    register_permissions=_permissions, register_resources=_resources, __name__="dihya_library", __doc__="A library."
)


@pytest.fixture
def library(make_app):
    """Return a function that starts an application with the library, with routes and further plugins."""

    def start(*names: str, **settings: Any) -> Any:
        return make_app("routes", *names, plugins={"library": LIBRARY}, config={"routes": settings})

    return start
