"""Idempotency-Key: a request sent twice acts once (draft-ietf-httpapi-idempotency-key-header)."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from dihya_hookspecs import Invalid
from dihya_hookspecs.i18n import gettext as _
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from .models import KeptAnswer
from .settings import Settings

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: status, headers and the JSON text."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One use of a key by one actor at one endpoint; ``secret`` seals the answer and is never stored."""

    digest: str
    secret: bytes
    request: str


def ticket(key: str, actor: str, endpoint: str, body: bytes) -> Ticket:
    """Derive what is looked up and what seals from the caller's key. Raises Invalid (400) when the key is unusable."""
    if not _KEY.fullmatch(key):
        raise Invalid(_("Idempotency-Key must be 1 to 255 visible ASCII characters"), code="idempotency", status=400)
    place = json.dumps([actor, endpoint]).encode()
    digest = hmac.digest(key.encode(), b"find\0" + place, hashlib.sha256).hex()
    secret = hmac.digest(key.encode(), b"seal\0" + place, hashlib.sha256)
    return Ticket(digest, secret, hmac.digest(secret, b"body\0" + body, hashlib.sha256).hex())


class Idempotency:
    """Remembers answers for as long as the settings say, inside the act that gave them."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self.session = session
        self.settings = settings

    @classmethod
    def from_container(cls, svcs_container: Any) -> Idempotency:
        """Build the service inside an act."""
        return cls(svcs_container.get(Session), svcs_container.get(Settings))

    def begin(self, ticket: Ticket) -> Answer | None:
        """Return the earlier answer, or None after reserving the key for this act.

        Raises:
            Invalid: 422 when the key was used with another body; 409 while the first request is still running.
        """
        now = datetime.now(UTC)
        forget = delete(KeptAnswer).where(KeptAnswer.expires_at < now)
        self.session.execute(forget, execution_options={"synchronize_session": False})
        kept = self.session.get(KeptAnswer, ticket.digest)
        if kept is not None:
            return self._earlier(kept, ticket)
        expires = now + timedelta(hours=self.settings.idempotency_hours)
        self.session.add(KeptAnswer(digest=ticket.digest, request=ticket.request, expires_at=expires))
        try:
            self.session.flush()
        except IntegrityError as error:
            raise _running() from error
        return None

    def keep(self, ticket: Ticket, answer: Answer) -> None:
        """Store the answer with the act, so that it exists exactly when the change does."""
        kept = self.session.get_one(KeptAnswer, ticket.digest)
        text = json.dumps([answer.status, dict(answer.headers), answer.body]).encode()
        nonce = os.urandom(12)
        kept.answer = nonce + AESGCM(ticket.secret).encrypt(nonce, text, ticket.digest.encode())
        self.session.flush()

    def _earlier(self, kept: KeptAnswer, ticket: Ticket) -> Answer:
        if not hmac.compare_digest(kept.request, ticket.request):
            message = _("this Idempotency-Key was used with another body; choose a new key")
            raise Invalid(message, code="idempotency", status=422)
        if kept.answer is None:
            raise _running()
        text = AESGCM(ticket.secret).decrypt(kept.answer[:12], kept.answer[12:], ticket.digest.encode())
        status, headers, body = json.loads(text)
        return Answer(status, body, headers)


def _running() -> Invalid:
    message = _("a request with this Idempotency-Key is still running; try again in a second")
    return Invalid(message, code="idempotency", status=409, headers={"Retry-After": "1"})
