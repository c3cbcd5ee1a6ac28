"""Columns that no form offers."""

from dihya_tests.exploits.assignment import forbidden
from dihya_tests.exploits.site import Person


def test_a_view_that_takes_all_that_was_sent_is_found(assault):
    """Owner and approval of a note are written by the form that takes everything; no route of a resource takes them."""
    findings = assault("mass_assignment").findings
    assert {f"{each.method} {each.address}" for each in findings} == {"POST /holes/notes-by-hand"}
    written = {each.why for each in findings}
    assert any("'owner'" in why for why in written) and any("'approved'" in why for why in written)


def test_what_a_form_offers_is_not_forbidden(holes):
    """Of a note, the key, the owner, the moments and what is read-only are forbidden; title, text and source are not."""
    names = forbidden(holes, Person("1", "staff", frozenset({"holes:staff"})), holes.models["holes_notes"])
    assert set(names) == {"id", "version", "created_at", "changed_at", "owner", "approved"}
