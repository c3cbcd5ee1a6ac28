"""A resource over REST."""

from dihya_hookspecs.data import Records
from dihya_tests.workflows import failed, walk


def test_a_good_plugin_passes_over_rest_for_every_role(walked):
    """Each resource has at least four workflows, and each of them passes, for who may write, for who reads and for nobody."""
    done = [each for each in walk(walked) if each.face == "rest"]
    assert not failed(done), "\n".join(map(str, failed(done)))
    for name in ("walked.members", "walked.loans"):
        assert {each.name for each in done if each.resource == name} >= {"keep", "refuse", "look", "remove", "stay out"}


def test_a_list_that_forgets_new_records_fails(walked, monkeypatch):
    """A record that was added, and is not in the list, is told."""
    good = Records.find

    def old(self, query, **given):
        found = good(self, query, **given)
        found.items[:1] = []
        return found

    monkeypatch.setattr(Records, "find", old)
    bad = failed(walk(walked, ["members"], ["walked:desk"]))
    assert any("the list shows it" in str(each) for each in bad if (each.face, each.name) == ("rest", "keep"))


def test_an_action_that_breaks_fails(walked, monkeypatch):
    """An error is no refusal in words."""
    service = walked.resources["walked_loans"].service

    def extend(self, record):
        raise ZeroDivisionError

    extend.dihya_action = service.extend.dihya_action
    monkeypatch.setattr(service, "extend", extend)
    bad = failed(walk(walked, ["loans"], ["walked:desk"]))
    assert "act" in {each.name for each in bad if each.face == "rest"}
