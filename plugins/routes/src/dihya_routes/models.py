"""The answers that are kept so that a request sent twice acts once."""

from __future__ import annotations

from datetime import datetime

from dihya_hookspecs.data import Model, impersonal
from dihya_hookspecs.fields import UTCDateTime
from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped


class KeptAnswer(
    Model,
    audited=False,
    title=("Answers to repeated requests", "Réponses aux requêtes répétées"),
    singular=("answer to a repeated request", "réponse à une requête répétée"),
):
    """One remembered answer to a POST with an Idempotency-Key.

    Not audited: it changes nothing that people work with, and the act that it remembers is audited itself. The answer
    may quote personal values, so it is sealed with a key that only the caller's Idempotency-Key opens: the database
    never holds that key, and an erased person cannot be found here.
    """

    __tablename__ = "routes_idempotency"

    digest: Mapped[str] = impersonal(
        "an HMAC of actor, endpoint and key; tells nobody apart", String(64), primary_key=True
    )
    request: Mapped[str] = impersonal("an HMAC of the request body under the caller's key", String(64))
    answer: Mapped[bytes | None] = impersonal("sealed with the caller's key, unreadable without it", LargeBinary)
    expires_at: Mapped[datetime] = impersonal("when it is forgotten", UTCDateTime(), index=True)
