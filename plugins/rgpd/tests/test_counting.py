"""How many demands wait for an answer."""

from dihya_rgpd.counting import pending
from dihya_rgpd.models import DemandRow


def demand(id, state):
    return DemandRow(id=id, kind="erase", state=state, subjects=[], result={})


def test_demands_that_are_not_answered_in_full_are_counted(make_app):
    """Those that are open and those of which something is missing."""
    with make_app("rgpd").act("seed") as act:
        assert pending() == 0
        act.session.add_all([demand("a", "open"), demand("b", "incomplete"), demand("c", "done")])
        act.session.flush()
        assert pending() == 2
