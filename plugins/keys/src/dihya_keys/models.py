"""What the database knows of the keys: whose it is, their public halves, and those that came later, sealed."""

from __future__ import annotations

from datetime import datetime

from dihya_hookspecs.data import Model, impersonal
from dihya_hookspecs.fields import UTCDateTime
from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped


class Installation(
    Model, audited=False, title=("Installation", "Installation"), singular=("installation", "installation")
):
    """The one row that says which keys belong to this database. Not audited: without the keys nothing can be."""

    __tablename__ = "keys_installation"

    number: Mapped[int] = impersonal(
        "always 1, so that there is one row", Integer, primary_key=True, autoincrement=False
    )
    name: Mapped[str] = impersonal("drawn by lot", String(32))


class KnownKey(Model, audited=False, title=("Known keys", "Clés connues"), singular=("known key", "clé connue")):
    """The public half of a key. Not audited: without the keys nothing can be, and their plugins say what they do."""

    __tablename__ = "keys_known"

    name: Mapped[str] = impersonal("whose key it is", String(100), primary_key=True)
    number: Mapped[int] = impersonal("how many keys it has replaced", Integer, primary_key=True, autoincrement=False)
    id: Mapped[str] = impersonal("names the key; made from its public half", String(16))
    public: Mapped[str] = impersonal("the public half, in Base64", String(64))
    made_at: Mapped[datetime] = impersonal("when it was made", UTCDateTime())
    sealed: Mapped[str] = impersonal(
        "a key that replaced the first one, sealed by that one, which is no part of the database; empty for the first",
        Text,
    )
