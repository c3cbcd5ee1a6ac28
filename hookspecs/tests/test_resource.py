"""A class of models.py is a resource: everything that it does not say follows from its fields."""

import sys
import uuid
from types import ModuleType

import pytest
from dihya_hookspecs import DeclarationError
from dihya_hookspecs.access import Permission
from dihya_hookspecs.data import Record, Records, impersonal, personal
from dihya_hookspecs.fields import Email, Reference, ShortText, form_of, permissions_in, resource_of, resources_in
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import Resource
from sqlalchemy.orm import Mapped


class Reader(Record, subject="id", purpose="lending", basis="contract", retention="1y"):
    __tablename__ = "lending_readers"
    __module__ = "dihya_lending.models"
    __resource__ = Resource(
        title=("Readers", "Lecteurs"),
        singular=("Reader", "Lecteur"),
        read=("user", "lending:desk"),
        write=("lending:desk",),
        order="name",
    )

    name: Mapped[str] = personal("name", ShortText(80), label=("Name", "Nom"), search=True)
    email: Mapped[str | None] = personal("contact.email", Email(), listed=False)
    town: Mapped[str | None] = personal("contact.address.city", ShortText(80))


class Loan(Record):
    __tablename__ = "lending_loans"
    __module__ = "dihya_lending.models"
    __resource__ = Resource(title=("VAT", "TVA"), singular=("Loan", "Prêt"), read=(), write=())

    reader_id: Mapped[uuid.UUID] = impersonal("a link", Reference("readers"), label=("Reader", "Lecteur"))


class Fine(Record):
    __tablename__ = "lending_fines"
    __module__ = "dihya_lending.models"
    __resource__ = Resource(
        title=("Fines", "Amendes"), singular=("Fine", "Amende"), read=(), write=(), caption="{reader_id} – {why}"
    )

    reader_id: Mapped[uuid.UUID] = impersonal("a link", Reference("readers"), label=("Reader", "Lecteur"))
    witness_id: Mapped[uuid.UUID | None] = impersonal("a link", Reference("readers"), label=("Witness", "Témoin"))
    why: Mapped[str] = impersonal("a word", ShortText(80), label=("Why", "Pourquoi"), search=True)


class Reminder(Record):
    __tablename__ = "lending_reminders"
    __module__ = "dihya_lending.models"
    __resource__ = Resource(
        title=("Reminders", "Rappels"),
        singular=("Reminder", "Rappel"),
        read=(),
        write=(),
        caption="{fine_id}",
    )

    fine_id: Mapped[uuid.UUID] = impersonal("a link", Reference("fines"), label=("Fine", "Amende"))


class Loans(Records[Loan]):
    model = Loan


@pytest.fixture
def module(monkeypatch):
    """The module in which the classes stand."""
    module = ModuleType("dihya_lending.models")
    module.Reader, module.Loan, module.Text = Reader, Loan, Text
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def test_a_resource_is_completed_from_its_fields(module):
    """Name, form, columns, words, links, caption and order need no second saying."""
    readers, loans = resources_in(module)
    assert (readers.name, readers.read, readers.write) == ("readers", "lending:read_readers", "lending:write_readers")
    assert readers.form is form_of(Reader) and readers.columns == ("name", "town") and readers.caption == "{name}"
    assert readers.labels["name"] == Text("Name", "Nom")
    assert (readers.service.model, readers.service.search, readers.service.order) == (Reader, ("name",), "name")
    assert loans.references == {"reader_id": "readers"} and loans.service is Loans


def test_a_record_is_found_by_what_it_is_called_after(module):
    """A search looks where the caption does: through its links, link by link, and not through others."""
    assert resource_of(Fine).service.search == ("why", "reader_id.name")
    assert resource_of(Reminder).service.search == ("fine_id.why", "fine_id.reader_id.name")


def test_rights_follow_from_the_roles(module):
    """Each is a sentence in both languages; an administrator holds them all."""
    see, change, see_vat, _ = permissions_in(module)
    roles = ("admin", "user", "lending:desk")
    assert see == Permission("lending:read_readers", Text("see the readers", "voir les lecteurs"), roles)
    assert change.sentence == Text("change the readers", "modifier les lecteurs") and change.roles == (
        "admin",
        "lending:desk",
    )
    assert see_vat.sentence.en == "see the VAT" and see_vat.roles == ("admin",)


@pytest.mark.parametrize(
    ("table", "said", "complaint"),
    [
        (
            "other_things",
            Resource(title=("T", "T"), singular=("T", "T"), read=(), write=()),
            "call it bad0_other_things",
        ),
        ("bad1_things", {"title": "Things"}, "write Resource"),
        ("bad2_things", Resource(title=("T", "T"), singular=("T", "T"), read="user", write=()), r"write \('user',\)"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(table, said, complaint):
    """The sentence says what is wrong, what came, and what to do."""
    number = complaint[11] if complaint.startswith("call") else table[3]
    body = {"__tablename__": table, "__module__": f"dihya_bad{number}.models", "__resource__": said}
    cls = type(f"Thing{number}", (Record,), body)
    module = ModuleType(body["__module__"])
    module.Thing = cls
    with pytest.raises(DeclarationError, match=complaint):
        [resource_of(cls), *permissions_in(module)]
