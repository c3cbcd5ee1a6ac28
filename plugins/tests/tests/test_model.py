"""What a check can find, and what a column makes of it."""

from dihya_hookspecs.i18n import Text
from dihya_tests.suite.model import Check, Outcome, Result, failed, judged, mark, not_checked, passed, warned


def result(outcome, exempt=""):
    check = Check("docs.readme", Text("a", "a"), lambda plugin: outcome, Text("b", "b"))
    return Result(check, outcome, 0.0, exempt)


def test_a_column_is_green_only_when_every_check_passed():
    """One failure makes it red, one unanswered question makes it neither; nothing at all is not green."""
    good, bad, unknown = result(passed("x", "x")), result(failed("x", "x")), result(not_checked(Text("x", "x")))
    assert mark([good, good]) == "passed"
    assert mark([good, unknown]) == "not_checked"
    assert mark([good, unknown, bad]) == "failed"
    assert mark([]) == "not_checked"


def test_an_exemption_is_never_a_pass():
    """It has a state of its own, also where the check could not be asked; a check that passes needs none."""
    assert result(failed("x", "x"), "a reason").state == "exempt"
    assert result(not_checked(Text("x", "x")), "a reason").state == "exempt"
    assert result(passed("x", "x"), "a reason").state == "passed"
    assert result(passed("x", "x", apart={"a file": "a reason"}), "a reason").state == "exempt"
    assert mark([result(passed("x", "x")), result(failed("x", "x"), "a reason")]) == "exempt"


def test_flaws_are_quoted_up_to_a_number_and_kept_whole():
    """The sentence stays readable; the data has them all."""
    found = judged([f"flaw {number}" for number in range(20)], "looked", "regardé")
    assert found.state == "failed"
    assert found.evidence.en.endswith("flaw 7; and 12 more")
    assert len(found.data["flaws"]) == 20
    assert judged([], "looked", "regardé", n=1) == Outcome("passed", Text("looked", "regardé"), {"n": 1})


def test_a_warning_is_no_failure_and_is_told_in_sentences():
    """The mark is earned; where nothing is warned of, what was looked at is said."""
    told, quiet = result(warned(["one", "two"], "seen", "vu", hooks=3)), result(warned([], "seen", "vu", hooks=3))
    assert (told.state, told.warnings, told.outcome.evidence.fr) == ("passed", ["one", "two"], "one; two")
    assert told.outcome.data["hooks"] == quiet.outcome.data["hooks"] == 3
    assert (quiet.state, quiet.warnings, quiet.outcome.evidence.en) == ("passed", [], "seen")
