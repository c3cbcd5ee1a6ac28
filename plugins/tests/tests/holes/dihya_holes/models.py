"""Notes that people keep for themselves, and a board that everybody reads."""

from __future__ import annotations

from dihya_hookspecs.data import Record, impersonal, personal
from dihya_hookspecs.fields import Flag, LongText, ShortText, Url
from dihya_hookspecs.scopes import Everything, Own
from dihya_hookspecs.web import Resource
from sqlalchemy import String
from sqlalchemy.orm import Mapped

STAFF = ("holes:staff",)


class Note(Record, purpose=("keeping notes", "tenir des notes"), basis="contract", retention="1y", subject="id"):
    """A note; `owner` is the account whose it is."""

    __tablename__ = "holes_notes"
    __scope__ = Own("owner") | Everything(to=STAFF)
    __resource__ = Resource(title=("Notes", "Notes"), singular=("Note", "Note"), read=("user", *STAFF), write=STAFF)

    owner: Mapped[str | None] = personal("unique_id", String(64), read_only=True, index=True)
    title: Mapped[str] = personal("user.content", ShortText(80), label=("Title", "Titre"), search=True)
    body: Mapped[str | None] = personal("user.content", LongText(), label=("Text", "Texte"))
    source: Mapped[str | None] = personal("user.content", Url(), label=("Source", "Source"))
    approved: Mapped[bool] = impersonal("set by the staff", Flag(), default=False, read_only=True)


class Post(Record, purpose=("a board", "un panneau"), basis="contract", retention="1y", subject="id"):
    """A line on the board."""

    __tablename__ = "holes_posts"
    __resource__ = Resource(
        title=("Board", "Panneau"), singular=("Post", "Annonce"), read=("user", *STAFF), write=STAFF
    )

    text: Mapped[str] = personal("user.content", ShortText(200), label=("Text", "Texte"))
