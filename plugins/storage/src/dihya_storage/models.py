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
    purpose=(
        "keeping the files that people made or brought",
        "garder les fichiers que des personnes ont faits ou apportés",
    ),
    basis="contract",
    retention="account",
    title=("Stored files", "Fichiers stockés"),
    singular=("stored file", "fichier stocké"),
):
    """One holder of one blob. The bytes stay as long as there is a holding."""

    __tablename__ = "storage_blobs"
    __scope__ = Own("owner") | Everything(to=("admin",))
    __table_args__ = (UniqueConstraint("digest", "owner", "purpose"),)

    id: Mapped[uuid.UUID] = key()
    digest: Mapped[str] = impersonal(
        "SHA-256 of the bytes, their name in the store", String(64), label=("Digest", "Empreinte")
    )
    size: Mapped[int] = impersonal("number of bytes", BigInteger, label=("Size", "Taille"))
    media_type: Mapped[str] = impersonal("kind of file", String(127), label=("Type of file", "Type de fichier"))
    filename: Mapped[str] = personal("content", String(255), label=("Name of the file", "Nom du fichier"))
    # "" rather than NULL for files of the application itself: NULLs would not be unique
    owner: Mapped[str] = personal("unique_id", String(64), index=True, label=("Owner", "Propriétaire"))
    purpose: Mapped[str] = impersonal("what the file is kept for", String(100), label=("Purpose", "Finalité"))
    derived_from: Mapped[str] = impersonal(
        "SHA-256 of the file that this one was made of",
        String(64),
        default="",
        server_default="",
        label=("Made from", "Tiré de"),
    )
    created_at: Mapped[datetime] = impersonal("when it was stored", UTCDateTime(), default=lambda: datetime.now(UTC))
