"""What a rule or a policy answers, and what becomes of one that fails."""

import pytest
from dihya_core.policies import Objection, asked, conditions, refuse
from dihya_hookspecs.access import AccessPolicy, Denial
from dihya_hookspecs.scopes import Everything, Own, Viewer


def ask(answer):
    return asked("night", AccessPolicy("late"), lambda *_: answer, None, "p:read", None)


def test_a_policy_may_have_nothing_to_say_or_narrow_by_a_rule():
    """None, no judge at all, or the rule itself."""
    assert ask(None) is None
    assert asked("night", AccessPolicy("late"), None, None, "p:read", None) is None
    assert ask(Own("owner")) == Own("owner")


def test_a_denial_carries_its_words_and_who_said_them():
    """The decision has the policy's own reason and code, and names policy and plugin."""
    with pytest.raises(Objection) as refused:
        ask(Denial("too late", "late", {"hour": 22}))
    decision = refused.value.decision
    assert not decision and (decision.reason, decision.code, dict(decision.params)) == (
        "too late",
        "late",
        {"hour": 22},
    )
    assert decision.by == "policy 'late' of plugin 'night'"


def test_a_rule_that_reaches_everything_needs_no_condition():
    """A rule that reaches everything adds no condition, so that a list without a narrower costs nothing."""
    assert list(conditions("x", Everything(), object, Viewer(None))) == []


def test_a_rule_that_fails_refuses_and_is_named():
    """A column that the table does not have is no open door."""
    with pytest.raises(Objection) as refused:
        list(conditions("the scope of loans", Own("nothing"), object, Viewer(None)))
    assert "the scope of loans failed" in refused.value.decision.reason


def test_a_refusal_is_false_in_a_condition():
    """Whoever writes ``if access.decide(…)`` has asked rightly."""
    assert not refuse("no", "me")
