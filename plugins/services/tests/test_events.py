"""What others hear of a generation."""

from __future__ import annotations

from uuid import uuid4

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.events import type_of, written
from dihya_services.events import EVENTS, Generated


def test_the_end_of_a_generation_says_which_and_how():
    """Its number, ready or failed, the template and how many files; for those who oversee generations."""
    id = uuid4()
    assert written(Generated(id, "ready", "association", 12)) == {
        "id": str(id), "status": "ready", "template": "association", "files": 12,
    }  # fmt: skip
    assert [type_of(cls).permission for cls in EVENTS] == ["services:oversee"]


def test_no_other_end_can_be_told():
    """A status that is none of the two is refused."""
    with pytest.raises(Invalid):
        written(Generated(uuid4(), "archived", "association", 1))
