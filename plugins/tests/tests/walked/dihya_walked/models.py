"""Members, and what was lent to them."""

from __future__ import annotations

import datetime as dt
import uuid

from dihya_hookspecs.data import Record, impersonal, personal
from dihya_hookspecs.fields import Choice, Email, Flag, LocalDate, Reference, ShortText, Whole
from dihya_hookspecs.rules import not_before, within
from dihya_hookspecs.web import Resource
from sqlalchemy.orm import Mapped

DESK = ("walked:desk",)


class Member(Record, purpose=("lending", "prêter"), basis="contract", retention="1y", subject="id"):
    """Somebody who borrows."""

    __tablename__ = "walked_members"
    __resource__ = Resource(
        title=("Members", "Membres"), singular=("Member", "Membre"), read=("user", *DESK), write=DESK
    )

    name: Mapped[str] = personal("name", ShortText(80), label=("Name", "Nom"), search=True)
    email: Mapped[str] = personal("contact.email", Email(), label=("E-mail", "Courriel"), unique=True)
    level: Mapped[str] = personal(
        "account", Choice({"new": ("New", "Nouveau"), "old": ("Old", "Ancien")}), default="new"
    )
    active: Mapped[bool] = personal("account", Flag(), label=("Active", "Actif"), default=True)
    joined: Mapped[dt.date | None] = personal("account", LocalDate(), label=("Joined", "Depuis"))
    left: Mapped[dt.date | None] = personal("account", LocalDate(), label=("Left", "Jusqu’au"))
    brought_by: Mapped[str | None] = personal("unique_id", ShortText(64), read_only=True, subject="brought_by")


class Loan(Record, purpose=("lending", "prêter"), basis="contract", retention="1y", subject="member_id"):
    """What somebody has."""

    __tablename__ = "walked_loans"
    __rules__ = (not_before("until", "since"), within("since", over="member_id", since="joined", until="left"))
    __resource__ = Resource(title=("Loans", "Prêts"), singular=("Loan", "Prêt"), read=DESK, write=DESK)

    member_id: Mapped[uuid.UUID] = impersonal("whose it is", Reference("members"), label=("Member", "Membre"))
    title: Mapped[str] = personal("user.content", ShortText(120), label=("Title", "Titre"), search=True)
    days: Mapped[int] = impersonal("how long", Whole(min=1, max=60), label=("Days", "Jours"))
    since: Mapped[dt.date] = impersonal("when it began", LocalDate(), label=("Since", "Depuis"))
    until: Mapped[dt.date | None] = impersonal("when it ends", LocalDate(), label=("Until", "Jusqu’au"))
