"""Who holds which bytes, and what for."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from dihya_hookspecs.data import Model, impersonal, key, personal
from dihya_hookspecs.fields import UTCDateTime
from dihya_hookspecs.scopes import Everything, Own
from sqlalchemy import BigInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped


class Holding(
    Model,
    subject="owner",
    purpose="keeping the files that people made or brought",
    basis="contract",
    retention="account",
):
    """One holder of one blob. The bytes stay as long as there is a holding."""

    __tablename__ = "storage_blobs"
    __scope__ = Own("owner") | Everything(to=("admin",))
    __table_args__ = (UniqueConstraint("digest", "owner", "purpose"),)

    id: Mapped[uuid.UUID] = key()
    digest: Mapped[str] = impersonal("SHA-256 of the bytes, their name in the store", String(64))
    size: Mapped[int] = impersonal("number of bytes", BigInteger)
    media_type: Mapped[str] = impersonal("kind of file", String(127))
    filename: Mapped[str] = personal("content", String(255))
    # "" rather than NULL for files of the application itself: NULLs would not be unique
    owner: Mapped[str] = personal("unique_id", String(64), index=True)
    purpose: Mapped[str] = impersonal("what the file is kept for", String(100))
    derived_from: Mapped[str] = impersonal(
        "SHA-256 of the file that this one was made of", String(64), default="", server_default=""
    )
    created_at: Mapped[datetime] = impersonal("when it was stored", UTCDateTime(), default=lambda: datetime.now(UTC))
