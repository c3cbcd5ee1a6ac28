"""Recovery codes: each opens an account once, in place of the second factor that was lost."""

from __future__ import annotations

import secrets
import uuid

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from .models import RecoveryCode
from .sessions import digest

NUMBER = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another on paper
_GROUPS, _LENGTH = 4, 4


def make(session: Session, person: uuid.UUID) -> list[str]:
    """Return new codes for somebody; those before are worth nothing any more. Only their digests are stored."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person))
    codes = [_one() for _ in range(NUMBER)]
    session.add_all(RecoveryCode(digest=_digest(person, code), person_id=person) for code in codes)
    session.flush()
    return codes


def take(session: Session, person: uuid.UUID, code: str) -> bool:
    """Tell whether this is one of somebody's codes; it is none any more."""
    whose = RecoveryCode.person_id == person, RecoveryCode.digest == _digest(person, code)
    return session.scalar(delete(RecoveryCode).where(*whose).returning(RecoveryCode.person_id)) is not None


def left(session: Session, person: uuid.UUID) -> int:
    """Return how many codes somebody still has."""
    return session.scalar(select(func.count()).where(RecoveryCode.person_id == person)) or 0


def _one() -> str:
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


def _digest(person: uuid.UUID, code: str) -> str:
    """What is stored: codes are random (79 bits), so no slower hash is needed. Dashes, spaces and capitals do not count."""
    return digest(f"{person}|{''.join(letter for letter in code.lower() if letter.isalnum())}")
