"""Readers, and what was lent to them; lists, forms, REST, rights, export, erasure and audit follow."""

import uuid

from dihya_hookspecs.data import Record, impersonal, personal
from dihya_hookspecs.fields import Email, Reference, ShortText, Whole
from dihya_hookspecs.web import Resource
from sqlalchemy.orm import Mapped


class Reader(Record, subject="id", purpose=("lending books", "prêter des livres"), basis="contract", retention="1y"):
    """Somebody who borrows."""

    __tablename__ = "shelf_readers"
    __resource__ = Resource(
        title=("Readers", "Lecteurs"), singular=("Reader", "Lecteur"), read=("user",), write=("user",)
    )

    name: Mapped[str] = personal("name", ShortText(80), label=("Name", "Nom"), search=True)
    email: Mapped[str] = personal("contact.email", Email(), label=("Address", "Adresse"))


class Loan(
    Record, subject="reader_id", purpose=("lending books", "prêter des livres"), basis="contract", retention="1y"
):
    """Something that a reader has."""

    __tablename__ = "shelf_loans"
    __resource__ = Resource(title=("Loans", "Prêts"), singular=("Loan", "Prêt"), read=("user",), write=("user",))

    reader_id: Mapped[uuid.UUID] = impersonal("whose it is", Reference("readers"), label=("Reader", "Lecteur"))
    title: Mapped[str] = personal("user.content", ShortText(120), label=("Title", "Titre"), search=True)
    days: Mapped[int] = impersonal("days it may be away", Whole(min=0, max=365), label=("Days", "Jours"), default=21)
    out: Mapped[int] = impersonal("days it has been away", Whole(min=0, max=3650), label=("Out", "Sorti"), default=0)
