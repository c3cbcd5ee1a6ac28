"""A workflow passes when each of its steps does."""

import pytest
from dihya_tests.workflows.story import Diary, Failed, Step, Workflow, failed


def test_a_step_that_fails_ends_the_workflow_unless_the_rest_goes_without_it():
    """What follows is not tried, because it builds on it; a step that others do not need is noted, and the walk goes on."""
    diary = Diary()
    diary.expect("look", False, "nothing there", go_on=True)
    with pytest.raises(Failed):
        diary.expect("open", None, "404")
    assert [(step.what, step.passed, step.outcome) for step in diary.steps] == [
        ("look", False, "nothing there"), ("open", False, "404"),
    ]  # fmt: skip


def test_without_steps_nothing_passed():
    """A workflow in which nothing was done did not pass, and what failed is told with its reason."""
    good, bad = Step("open", True), Step("find", False, "404")
    found = [Workflow("x.y", "admin", "rest", "keep", steps) for steps in ((good,), (good, bad), ())]
    assert failed(found) == found[1:]
    assert str(found[1]) == "x.y, as admin, rest, keep: failed\n  ✘ find: 404"
