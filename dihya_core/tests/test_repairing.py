"""What a process before left half done is seen to before any plugin is imported."""

import sys
from dataclasses import replace
from types import ModuleType

import pytest
from dihya_core.loading.repairing import repair
from dihya_hookspecs import DihyaError


@pytest.fixture
def repairing(make_app, monkeypatch):
    """Return a function that makes an application whose plugin ``mender`` calls a function to repair."""

    def make(function, **config):
        module = ModuleType("dihya_mender")
        module.mend = function
        monkeypatch.setitem(sys.modules, "dihya_mender", module)
        runtime = make_app(plugins={"mender": module}, **config).hooks
        loaded = runtime.plugins["mender"]
        loaded.candidate = replace(loaded.candidate, repair="dihya_mender:mend")
        return runtime

    return make


def test_what_was_repaired_is_told(repairing):
    """The function gets the application and the overrides of the command; who did nothing is not told of."""
    runtime = repairing(lambda runtime, overrides: f"mended {len(runtime.plugins) > 1} {overrides}")
    assert repair(runtime, ["a.b=c"]) == ["mended True ['a.b=c']"]
    assert repair(repairing(lambda *_: "")) == []


def test_who_is_switched_off_repairs_nothing(repairing):
    """Its code is not called at all."""
    runtime = repairing(lambda *_: 1 / 0)
    runtime.switches.disable.append("mender")
    assert repair(runtime) == []


def test_what_somebody_must_see_to_stops_and_what_is_broken_does_not(repairing, caplog):
    """One of the four errors is for whoever runs the command; any other is logged, with the plugin's name."""

    def ask(*_):
        raise DihyaError("look at it")

    with pytest.raises(DihyaError, match="look at it"):
        repair(repairing(ask))
    assert repair(repairing(lambda *_: 1 / 0)) == []
    assert "plugin 'mender' cannot repair anything" in caplog.text
