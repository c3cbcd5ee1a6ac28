"""What people and programs send."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.resources.writing import validated
from dihya_securite.forms import Credentials, NewKey


def test_flaws_are_named_by_pointer_and_values_are_not_quoted():
    """Each flaw says where it stands; what was sent is not repeated."""
    with pytest.raises(Invalid) as caught:
        validated(NewKey, {"title": "a secret " * 100, "scopes": ["x", 3], "roles": ["admin"]})
    assert {flaw.pointer for flaw in caught.value.flaws} == {"/title", "/scopes/1", "/roles"}
    assert "a secret" not in str([flaw.detail for flaw in caught.value.flaws])


def test_a_password_is_not_shown_by_accident():
    """The representation of a form hides the password."""
    assert "quatre" not in repr(validated(Credentials, {"email": "a@b.c", "password": "quatre mots"}))
