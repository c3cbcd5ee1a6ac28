"""Errors on the command line."""

from dihya_core.cli.explaining import explain_error
from dihya_hookspecs import Flaw, Invalid


def test_an_error_is_explained_flaw_by_flaw():
    """Each on a line of its own, without repeating the message."""
    error = Invalid("two mistakes", flaws=[Flaw("/a", "wrong"), Flaw("/b", "two mistakes")])
    assert explain_error(error) == "two mistakes\n  /a: wrong"
