"""The tables of the queue."""

from __future__ import annotations

import pytest
from dihya_hookspecs.data import Impersonal
from dihya_tasks.models import FinishedStep, QueuedTask


@pytest.mark.parametrize("model", [QueuedTask, FinishedStep])
def test_the_queue_holds_no_personal_data_and_is_not_audited(model):
    """Every column says why it is about nobody; the reason for not auditing is in the docstring."""
    assert all(isinstance(column.info["rgpd"], Impersonal) for column in model.__table__.columns)
    assert model.__table__.info["audited"] is False and "Not audited" in model.__doc__
