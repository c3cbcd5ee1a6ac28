"""The check that axe-core looks at the pages."""

import json
from types import SimpleNamespace

import pytest
from dihya_tests.suite.columns import axe as column
from dihya_tests.suite.model import NotChecked


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """Makes a bench whose run said these lines."""
    monkeypatch.setattr(column, "program", lambda: "/usr/bin/chromium")

    def make(*lines, stopped=""):
        ending = SimpleNamespace(witness="\n".join(map(json.dumps, lines)) + "\nno line", stopped=stopped)
        target = SimpleNamespace(name="club", parcel=SimpleNamespace(path=tmp_path / "club.whl"))
        run = SimpleNamespace(desk=tmp_path, patience=2, target=target, last_words=lambda: "KeyError: 'x'", asked={})
        run.run = lambda arguments, **given: run.asked.update(given) or ending
        return run

    return make


END, GOOD, PALE = {"name": "end"}, {"name": "page", "flaws": []}, {"name": "page", "flaws": ["/club/ too pale"]}


def test_pages_without_a_flaw_pass(bench):
    """It says how many were painted, with the patience that was asked for."""
    run = bench(GOOD, GOOD, END)
    found = column.axe(run)
    assert (found.state, found.evidence.en) == ("passed", "2 pages painted")
    assert (
        run.asked["seconds"] == 2 * column.SECONDS
        and json.loads((run.desk / "pages.json").read_text())["name"] == "club"
    )


def test_what_axe_finds_fails(bench):
    """With the page and the rule."""
    found = column.axe(bench(GOOD, PALE, END))
    assert (found.state, found.evidence.en) == ("failed", "/club/ too pale")


@pytest.mark.parametrize(
    ("stopped", "why"), [("it took longer than 9 seconds", "longer than 9"), ("", "KeyError: 'x'")]
)
def test_a_run_that_breaks_says_nothing_of_the_plugin(stopped, why, bench):
    """Whatever its first pages were like."""
    with pytest.raises(NotChecked, match=f"broke after 1 pages: .*{why}"):
        column.axe(bench(PALE, stopped=stopped))


def test_without_a_browser_nobody_knows(bench, monkeypatch):
    """It is not checked, and never green."""
    monkeypatch.setattr(column, "program", lambda: "")
    with pytest.raises(NotChecked, match="no Chromium"):
        column.axe(bench(GOOD, END))
