"""What is held about somebody is given, and goes."""

from dihya_hookspecs.rgpd import People
from dihya_tests.workflows import failed, walk
from dihya_tests.workflows.rights_of_people import said_of, stands_in


def test_rows_that_are_people_are_told_from_those_that_are_about_them(walked):
    """A member is somebody; a loan refers to somebody."""
    assert [stands_in(walked.models[name]) for name in ("walked_members", "walked_loans")] == [True, False]


def test_what_a_row_says_of_somebody_else_is_not_asked_for(walked):
    """Who brought a member is another person: their name is neither in the member's export nor gone with the member."""
    assert said_of(walked.models["walked_members"]) == {"name", "email", "level", "active", "joined", "left"}


def test_an_export_and_an_erasure_are_walked_once(walked):
    """Who stands in the members is exported and erased, and nothing of their words is left."""
    done = [each for each in walk(walked, ["members"], ["walked:desk"]) if each.name == "person"]
    assert len(done) == 1 and done[0].passed, done


def test_an_erasure_that_leaves_something_fails(walked, monkeypatch):
    """Where the row stays with its words, the columns are named."""
    with walked.app.act("test.look") as act:
        service = type(act.get(People))
    monkeypatch.setattr(service, "erase", lambda self, subjects: [])
    (bad,) = [each for each in failed(walk(walked, ["members"], ["walked:desk"])) if each.name == "person"]
    assert "the erasure says what became of it" in str(bad)
