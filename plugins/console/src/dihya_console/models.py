"""What the console keeps: views of lists, under the names that people gave them."""

from __future__ import annotations

import datetime as dt
import uuid

from dihya_hookspecs.data import Model, impersonal, key, personal
from dihya_hookspecs.fields import UTCDateTime
from sqlalchemy import Boolean, Index, String
from sqlalchemy.orm import Mapped

NAME, QUESTION = 60, 2000
"""The characters that a name and what a list is asked may have."""


class View(
    Model,
    subject="person",
    purpose=("finding a list again as one had narrowed it", "retrouver une liste telle qu’on l’avait restreinte"),
    basis="contract",
    retention="account",
    title=("Views of lists", "Vues des listes"),
    singular=("view of a list", "vue d’une liste"),
):
    """What a list is narrowed, searched and sorted by, under a name; it goes with the account of who kept it."""

    __tablename__ = "console_views"
    __table_args__ = (Index("ix_console_views_plugin_resource", "plugin", "resource"),)

    id: Mapped[uuid.UUID] = key()
    person: Mapped[str] = personal("unique_id", String(64), index=True, label=("Kept by", "Enregistrée par"))
    plugin: Mapped[str] = impersonal("whose list it is", String(64), label=("Plugin", "Plugin"))
    resource: Mapped[str] = impersonal("which list", String(64), label=("List", "Liste"))
    name: Mapped[str] = personal("user.content", String(NAME), label=("Name", "Nom"))
    question: Mapped[str] = personal("user.content", String(QUESTION), label=("Question", "Question"))
    shared: Mapped[bool] = impersonal(
        "whether everybody sees it who may read the list", Boolean, label=("Shared", "Partagée")
    )
    kept_at: Mapped[dt.datetime] = impersonal("when it was kept", UTCDateTime(), label=("Kept on", "Enregistrée le"))
