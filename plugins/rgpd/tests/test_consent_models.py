"""What a fact of the ledger is, and what is personal of it."""

from __future__ import annotations

from dihya_hookspecs.data import Personal
from dihya_rgpd.consent_models import Consent


def test_a_fact_leads_to_the_person_and_to_whoever_noted_it():
    """The first is kept by duty, the second goes with their own data."""
    declared = {column.key: column.info["rgpd"] for column in Consent.__table__.columns}
    found = {key: (one.subject, one.basis) for key, one in declared.items() if isinstance(one, Personal)}
    assert found == {
        "subject_key": ("subject_key", "legal_obligation"),
        "noted_by": ("noted_by", "legitimate_interest"),
    }
