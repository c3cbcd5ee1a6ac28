"""Which plugins run: broken ones are quarantined and named, the others start."""

import re
import sys

import pytest
from dihya_core.loading import loader
from dihya_core.loading.discovery import Candidate
from dihya_core.loading.loader import build
from dihya_core.settings.core_settings import TRUST
from dihya_hookspecs import Invalid, NotFound


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Return a function that builds an application from candidates, none of them really installed."""

    def make(*candidates, given=None, **options):
        monkeypatch.setattr(loader, "installed", lambda: list(candidates))
        return build(None, given={"dihya": {"data": str(tmp_path)}, **(given or {})}, environ={}, **options)

    return make


def state(runtime, name):
    loaded = runtime.plugins[name]
    return loaded.state, loaded.reason


def test_a_plugin_that_cannot_be_imported_is_quarantined(start):
    """The plugin is quarantined with the reason, and the application stands."""
    assert state(start(Candidate("ghost", "dihya_ghost_nowhere")), "ghost") == (
        "quarantined",
        "cannot be imported: ModuleNotFoundError: No module named 'dihya_ghost_nowhere'",
    )


def test_a_required_plugin_that_cannot_run_stops_the_start(start):
    """A missing guard must not go unnoticed."""
    with pytest.raises(Invalid, match="required plugin 'ghost' cannot run: cannot be imported"):
        start(Candidate("ghost", "dihya_ghost_nowhere"), given={"plugins": {"required": ["ghost"]}})


def test_an_incompatible_plugin_is_not_imported(start, tmp_path, monkeypatch):
    """Its contract range is read from the metadata."""
    (tmp_path / "dihya_future.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    got = state(start(Candidate("future", "dihya_future", contract=">=3,<4")), "future")
    assert got == ("incompatible", "asks for dihya-hookspecs >=3,<4, this is 2.0; install a matching version")


def test_a_disabled_plugin_is_not_imported(start, tmp_path, monkeypatch):
    """Neither by the list of disabled nor by an allow-list that leaves it out."""
    (tmp_path / "dihya_loud.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    loud = Candidate("loud", "dihya_loud")
    assert state(start(loud, given={"plugins": {"disable": ["loud"]}}), "loud")[0] == "disabled"
    assert (
        state(start(loud, Candidate("db", "dihya_db"), given={"plugins": {"enable": ["db"]}}), "loud")[0] == "disabled"
    )


def test_safe_mode_imports_nothing_and_lists_everything(start):
    """Safe mode lists every plugin and imports none, so that a broken one can be seen and switched off."""
    runtime = start(Candidate("ghost", "dihya_ghost_nowhere"), safe_mode=True, given={"nonsense": {"a": 1}})
    assert [(info.name, info.state, info.reason) for info in runtime.all()] == [("ghost", "disabled", "safe mode")]


def test_a_missing_requirement_spreads(start, plugin):
    """What needs it does not run either, nor what needs that."""
    runtime = start(Candidate("a", "a", requires=("b",)), Candidate("b", "b", requires=("c",)))
    assert state(runtime, "b") == (
        "missing requirement",
        "needs 'c', which is not installed; run 'pip install dihya-c'",
    )
    assert state(runtime, "a") == ("missing requirement", "needs 'b', which does not run")


def test_two_packages_with_one_name_run_neither(start):
    """Whoever came second could be anybody."""
    assert state(start(Candidate("logs", "dihya_logs", fault="2 packages claim it")), "logs") == (
        "quarantined",
        "2 packages claim it",
    )


def test_plugins_that_wait_for_each_other_are_quarantined_and_the_others_run(start, plugin):
    """The reason prints the path; there is no order in which these two could run."""
    runtime = start(Candidate("a", "a", after=("b",)), Candidate("b", "b", requires=("a",)), plugins={"good": plugin()})
    words = "waits in a circle: a → b → a; change 'after', 'before' or a dependency of one"
    assert [state(runtime, name) for name in "ab"] == [("quarantined", words)] * 2
    assert [info.name for info in runtime.active()] == ["good"]


def test_a_version_that_is_required_is_compared(start, plugin):
    """A plugin that needs a newer one than there is does not run, and the reason says what to install."""
    runtime = start(
        Candidate("a", "a", requires=("b",), versions={"b": ">=9"}), Candidate("b", "b", version="0.1", module=plugin())
    )
    assert state(runtime, "a") == (
        "missing requirement",
        "needs dihya-b>=9, and 0.1 is installed; run \"pip install 'dihya-b>=9'\"",
    )


def test_a_plugin_that_names_no_contract_is_quarantined(start):
    """Nobody can tell whether it fits; the reason says what to write."""
    got = state(start(Candidate("a", "a", "dihya-a")), "a")
    assert got == (
        "quarantined", "requires no dihya-hookspecs; write 'dihya-hookspecs>=2,<3' into its dependencies",
    )  # fmt: skip


FIRST = "from dihya_hookspecs import hookimpl\n@hookimpl(tryfirst=True)\ndef {}(): ...\n"


@pytest.fixture
def eager(start, tmp_path, monkeypatch):
    """Return a function that starts with a plugin that asks to be the first in a hook, installed under a name; returns it."""
    monkeypatch.syspath_prepend(tmp_path)

    def begin(hook, name="eager"):
        package = f"dihya_{name}_{hook}"
        (tmp_path / f"{package}.py").write_text(FIRST.format(hook))
        runtime = start(Candidate(name, package))
        sys.modules.pop(package)
        return runtime.plugins[name]

    return begin


@pytest.mark.parametrize("hook", ["find_actor", "check_access", "on_request"])
def test_a_stranger_that_asks_to_be_the_first_in_a_guard_is_quarantined(eager, hook):
    """It would be asked before whoever signs people in, wherever 'dihya plan' places it; the reason says what to write."""
    found = eager(hook)
    assert found.state == "quarantined"
    assert f"asks to be the first in '{hook}'" in found.reason and "under 'dihya.before'" in found.reason


@pytest.mark.parametrize(("hook", "name"), [("on_startup", "eager"), ("find_actor", "securite")])
def test_who_may_be_the_first_in_a_hook_runs(eager, hook, name):
    """Any plugin where nothing is refused, and in a guard what the promises of SECURITY.md stand on."""
    assert eager(hook, name).state == "active"


def test_a_plugin_that_fails_while_collecting_is_quarantined(start, plugin):
    """Its earlier answers go with it; the others stay."""
    from dihya_hookspecs.i18n import Language

    def register_languages():
        return Language("fr", "Français")

    def register_health_checks():
        raise RuntimeError("no probe with the password hunter2")

    line = register_health_checks.__code__.co_firstlineno + 1

    def good():
        def register_languages():
            return Language("en", "English")

        return plugin(register_languages)

    runtime = start(plugins={"bad": plugin(register_languages, register_health_checks), "good": good()})
    assert len(runtime.collected("register_languages")) == 2
    runtime.collected("register_health_checks")
    assert state(runtime, "bad") == (
        "quarantined",
        f"failed in register_health_checks: RuntimeError at {__file__}:{line}",
    )
    assert [name for name, _ in runtime.collected("register_languages")] == ["good"]


def test_naming_an_absent_plugin_is_an_error(start):
    """An absent plugin is an error in calls as in the configuration."""
    with pytest.raises(NotFound, match="not installed: ghost"):
        start(only=["ghost"])
    with pytest.raises(Invalid, match="did you mean 'audit'"):
        start(Candidate("audit", "dihya_audit"), given={"plugins": {"disable": ["audti"]}})


@pytest.mark.parametrize("key", ["disable", "enable", "required"])
def test_naming_a_plugin_that_is_gone_is_a_warning(start, key, caplog):
    """An uninstalled plugin that the configuration still names stops nothing."""
    start(Candidate("audit", "dihya_audit"), given={"plugins": {key: ["clubx"]}})
    assert f"plugins.{key} names 'clubx', which is not installed" in caplog.text


def test_what_the_security_promises_stand_on_is_named_one_by_one():
    """The tests that go through the list would pass without whatever fell off it."""
    assert set(TRUST) == {"audit", "db", "keys", "middleware", "rgpd", "securite"}


@pytest.mark.parametrize("name", TRUST)
def test_nothing_is_served_without_what_the_security_promises_stand_on(start, name):
    """A trust plugin that is installed and cannot run stops the start; the message says what is lost, and two ways on."""
    lost = re.escape(TRUST[name].en)
    with pytest.raises(
        Invalid, match=f"plugin '{name}' cannot run: broken. Nothing is served, .*{lost}.*--accept-loss"
    ):
        start(Candidate(name, f"dihya_{name}", fault="broken"))
    with pytest.raises(Invalid, match=r"listed in \[plugins\] disable"):
        start(Candidate(name, f"dihya_{name}"), given={"plugins": {"disable": [name]}})


def test_an_operator_who_accepts_the_loss_runs_without(start):
    """The decision stands in the configuration, for the one plugin that it names."""
    without = {"disable": ["audit"], "accept_loss_of": ["audit"]}
    assert state(start(Candidate("audit", "dihya_audit"), given={"plugins": without}), "audit")[0] == "disabled"
    with pytest.raises(Invalid, match="'rgpd' cannot run"):
        start(Candidate("audit", "dihya_audit"), Candidate("rgpd", "dihya_rgpd", fault="x"), given={"plugins": without})


def test_who_lists_what_runs_is_told_what_is_left_out(start):
    """An allow-list is a decision too; what is lost is a warning at each start."""
    runtime = start(Candidate("audit", "dihya_audit"), given={"plugins": {"enable": ["db"]}})
    assert (
        "[plugins] enable leaves 'audit' out: what people do leaves no trace that can be verified"
        in runtime.configuration.warnings
    )


def test_a_trust_plugin_that_fails_later_stops_the_start_too(make_app, plugin):
    """Whatever the moment: here its routes."""

    def register_routes():
        raise RuntimeError("x")

    with pytest.raises(Invalid, match="'rgpd' cannot run: failed in register_routes"):
        make_app(plugins={"rgpd": plugin(register_routes)})
