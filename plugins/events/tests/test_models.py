"""The tables of the events."""

from __future__ import annotations

import pytest
from dihya_events.models import Delivery, Published, Subscriber
from dihya_hookspecs.data import Personal


@pytest.mark.parametrize("model", [Published, Subscriber, Delivery])
def test_events_hold_nothing_personal_but_who_acted(model):
    """One column is about a person, and is emptied when they are erased; the reason for not auditing is in the docstring."""
    personal = [column.name for column in model.__table__.columns if isinstance(column.info["rgpd"], Personal)]
    assert personal == (["actor"] if model is Published else [])
    assert model.__table__.info["audited"] is False and "Not audited" in model.__doc__


def test_who_acted_is_forgotten_with_the_person():
    """An erasure keeps the event and empties who did it."""
    assert Published.__table__.info["erase"] == "anonymise"
