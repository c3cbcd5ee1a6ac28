"""The rules of lending."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from dihya_hookspecs import Invalid, NotFound
from sqlalchemy import select

from .models import Loan

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MOST = 365


def fee(out: int, days: int, cents: int) -> int:
    """Return what a loan costs, in cents: so much for each day that it is late."""
    return (out - days) * cents if out > days else 0


def late(session: Session) -> list[Loan]:
    """Return the loans that are away for longer than they may be."""
    return list(session.scalars(select(Loan).where(Loan.out > Loan.days).order_by(Loan.title)))


def renew(session: Session, loan_id: uuid.UUID, days: int) -> Loan:
    """Give a loan more days. Raises NotFound, and Invalid where nobody may have it for so long."""
    loan = session.get(Loan, loan_id)
    if loan is None:
        raise NotFound("this loan is not there any more", code="no-loan")
    if loan.days + days > MOST:
        raise Invalid(f"nobody may have it for more than {MOST} days", code="too-long")
    loan.days += days
    session.flush()
    return loan
