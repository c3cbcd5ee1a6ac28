"""People, and a picture of each; list, form, REST, rights, export, erasure and audit follow."""

from dihya_hookspecs.data import Record, impersonal, personal
from dihya_hookspecs.fields import Email, ShortText
from dihya_hookspecs.web import Resource
from sqlalchemy.orm import Mapped


class Person(Record, subject="id", purpose=("keeping an album", "tenir un album"), basis="consent", retention="1y"):
    """Somebody in the album."""

    __tablename__ = "album_people"
    __resource__ = Resource(
        title=("People", "Personnes"), singular=("Person", "Personne"), read=("user",), write=("user",)
    )

    name: Mapped[str] = personal("name", ShortText(80), label=("Name", "Nom"), search=True)
    email: Mapped[str] = personal("contact.email", Email(), label=("Address", "Adresse"))
    picture: Mapped[str | None] = impersonal(
        "the digest of a file", ShortText(64), label=("Picture", "Image"), read_only=True, listed=False
    )
    brought_by: Mapped[str | None] = personal(
        "unique_id", ShortText(64), label=("Brought by", "Apportée par"), read_only=True, subject="brought_by"
    )
