"""What is known against plugins is found out before any of them is imported."""

import sys
from dataclasses import replace
from types import ModuleType

import pytest
from dihya_core.loading.judging import judge
from dihya_hookspecs import DihyaError
from dihya_hookspecs.inspecting import Judgement


@pytest.fixture
def judging(make_app, monkeypatch):
    """Return a function that lets a function judge an application with two plugins in memory."""

    def make(function, *, serving=False, **switches):
        module = ModuleType("dihya_umpire")
        module.judge = function
        monkeypatch.setitem(sys.modules, "dihya_umpire", module)
        runtime = make_app(plugins={"umpire": module, "club": ModuleType("dihya_club")}).hooks
        loaded = runtime.plugins["umpire"]
        loaded.candidate, runtime.serving = replace(loaded.candidate, judge="dihya_umpire:judge"), serving
        for name, value in switches.items():
            setattr(runtime.switches, name, value)
        judge(runtime, lambda item: True)
        return runtime

    return make


def test_a_judgement_is_kept_for_whoever_looks(judging):
    """Plugins of which nothing is said have none."""
    runtime = judging(lambda runtime: {"club": Judgement("modified", ("x.py was changed",))})
    infos = {info.name: info.judgement for info in runtime.all()}
    assert infos["club"].said == ("modified: x.py was changed",) and infos["umpire"] is None


def test_a_server_that_starts_says_it(judging, caplog):
    """Commands do not repeat it each time; the list and the doctor have it."""
    found = {"club": Judgement("modified", tuple(f"{name}.py was changed" for name in "abcd"))}
    judging(lambda runtime: found)
    assert "modified" not in caplog.text
    judging(lambda runtime: found, serving=True)
    assert "plugin 'club': modified: a.py was changed, b.py was changed, c.py was changed and 1 more" in caplog.text


def test_a_judge_that_fails_stops_only_whoever_relies_on_it(judging, caplog):
    """A judge that fails is logged with its plugin's name, and stops only a start that relies on it."""
    judging(lambda runtime: 1 / 0)
    assert "plugin 'umpire' cannot judge the others" in caplog.text
    with pytest.raises(DihyaError, match="cannot judge the others"):
        judging(lambda runtime: 1 / 0, strict=True)
