"""Receipts."""

from __future__ import annotations

from dihya_rgpd.models import DemandRow


def test_a_receipt_has_no_personal_column():
    """Every column says why it is not about a person, and receipts are audited like everything else."""
    assert all(type(column.info["rgpd"]).__name__ == "Impersonal" for column in DemandRow.__table__.columns)
    assert DemandRow.__table__.info["audited"] is True
