"""An attack that could try nothing did not pass."""

from dihya_tests.exploits.outcome import SHOWN, Result, Tally


def test_nothing_to_attack_is_not_passed():
    """Without tries the state says so, with what was missing."""
    tally = Tally("x", "do", "no text field")
    assert tally.result() == Result(0, (), "no text field")
    assert (tally.result().state, str(tally.result())) == ("nothing to attack", "nothing to attack: no text field")
    assert Result(3).state == "passed"


def test_the_same_success_is_told_once():
    """One kind of success at one address is one finding, with the first that was sent, cut where it is long."""
    tally = Tally("x", "do", "nothing", tries=2)
    for sent in ("a" * 1000, "b"):
        tally.success("GET", "/x", sent, "200 yes", "why")
    (finding,) = tally.result().findings
    assert finding.sent == "a" * SHOWN and tally.result().state == "succeeded"
