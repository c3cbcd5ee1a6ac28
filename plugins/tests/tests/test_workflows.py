"""The workflows as a check: the step that did not come out is quoted, with role and face."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from dihya_tests import exploits as pack
from dihya_tests import workflows
from dihya_tests.suite.columns import workflows as column
from dihya_tests.workflows import Step, Workflow

KEEP = Workflow("club.members", "user", "pages", "keep", (Step("add a record", True), Step("the list shows it", True)))
LOST = Workflow("club.members", "user", "rest", "remove", (Step("it is gone", False, "200"),))


@pytest.fixture
def ask(monkeypatch):
    """Asks the check where the walk has this outcome."""

    @contextmanager
    def running(*others, config):
        yield "app"

    def asked(*walked, write="club:write"):
        site = SimpleNamespace(resources={"club_members": SimpleNamespace(name="members", write=write)})
        monkeypatch.setattr(pack.Site, "of", classmethod(lambda cls, app, plugin, sparing: site))
        monkeypatch.setattr(workflows, "walk", lambda site, names: list(walked))
        return column.workflows(SimpleNamespace(name="club", running=running, sparing=False))

    return asked


def test_what_can_be_done_passes(ask):
    """It says how much was walked through."""
    found = ask(KEEP, KEEP)
    assert (found.state, found.evidence.en) == ("passed", "2 workflows of 1 resources, 4 steps")


def test_one_step_that_does_not_come_out_fails_it(ask):
    """An author reads as whom and where."""
    found = ask(KEEP, LOST)
    assert found.state == "failed"
    assert found.evidence.en == "club.members, as user, rest, remove: failed ✘ it is gone: 200"


def test_what_nobody_writes_is_not_walked_through(ask):
    """Its rows are made by the plugin alone; its pages are read by the other checks of the column."""
    assert ask(LOST, write="").evidence.fr == "personne n’écrit de ressource de lui"
