"""A hook that fails costs what its policy says, and names who failed."""

import logging

import pytest
from dihya_hookspecs import Incomplete, Refused
from dihya_hookspecs.access import Denial

pytestmark = pytest.mark.filterwarnings("default")


class TestFailures:
    """Each policy, shown by a plugin that breaks in that way."""

    def test_isolate_goes_on_and_is_told(self, hook_caller, plugin, caplog):
        """The others are called all the same."""
        heard, failures = [], []

        def broken():
            def on_response():
                raise KeyError("lost")

            return plugin(on_response)

        def on_response():
            heard.append("called")

        made = hook_caller(broken(), plugin(on_response), failed=lambda *what: failures.append(what))
        with caplog.at_level(logging.ERROR, "dihya.core"):
            made.call("on_response", request=1, response=2)
        assert heard == ["called"]
        assert [(name, hook, type(error)) for name, hook, error in failures] == [("p0", "on_response", KeyError)]
        assert "plugin 'p0' is failing: 1 of the last 1 calls of on_response (KeyError at" in caplog.text

    def test_abort_raises_what_was_raised(self, hook_caller, plugin):
        """A failing hook that aborts raises what was raised, so that the transaction around it is undone."""

        def on_audit():
            raise OSError("disk full")

        with pytest.raises(OSError, match="disk full"):
            hook_caller(plugin(on_audit)).call("on_audit", event=1, session=2, more=False)

    def test_deny_refuses(self, hook_caller, plugin):
        """A broken guard closes the door."""

        def check_access():
            raise ValueError("confused")

        with pytest.raises(Refused, match="plugin 'p0' could not decide"):
            hook_caller(plugin(check_access)).call("check_access", actor=None, permission=None, request=None)

    def test_incomplete_stands_in_the_answer(self, hook_caller, plugin):
        """Whoever asked sees whose part is missing, and where; the words of the error are not for everybody."""

        def on_rgpd_export():
            raise TimeoutError("no answer")

        found = hook_caller(plugin(on_rgpd_export)).call("on_rgpd_export", subject=1, demand=2)
        line = on_rgpd_export.__code__.co_firstlineno + 1
        assert found == [("p0", Incomplete("p0", f"TimeoutError at {__file__}:{line}"))]

    def test_next_asks_the_next(self, hook_caller, plugin):
        """A provider's opinion that cannot be had is not an answer."""
        from dihya_hookspecs.ai import Next

        def broken():
            def on_ai_fallback():
                raise ValueError

            return plugin(on_ai_fallback)

        def on_ai_fallback():
            return Next("b", "because")

        found = hook_caller(broken(), plugin(on_ai_fallback)).call("on_ai_fallback", attempt=1, remaining=())
        assert found == ("p1", Next("b", "because"))

    def test_a_wrong_result_type_is_that_plugins_failure(self, hook_caller, plugin):
        """The message says what was answered, where, and what to return."""
        failures = []

        def on_rgpd_export():
            return {"rows": []}

        hook_caller(plugin(on_rgpd_export), failed=lambda *what: failures.append(str(what[2]))).call(
            "on_rgpd_export", subject=1, demand=2
        )
        assert "plugin 'p0' answered dict to 'on_rgpd_export' at" in failures[0]
        assert "return Disclosure, or a list of them, or None" in failures[0]

    def test_start_up_hooks_report_the_failure_with_the_plugin(self, hook_caller, plugin):
        """The caller can quarantine it and keep the answers of the others."""

        def register_languages():
            raise RuntimeError("no catalogue")

        ((name, answers, error),) = hook_caller(plugin(register_languages)).collect_each("register_languages", 30)
        assert (name, answers, str(error)) == ("p0", [], "no catalogue")

    def test_silenced_plugins_are_left_out_but_guards_still_ask_them(self, hook_caller, plugin):
        """A tripped plugin cannot open a door by failing often enough."""

        def on_response():
            raise AssertionError("called")

        def check_access():
            return Denial("still here")

        made = hook_caller(plugin(on_response, check_access))
        made.silence({"p0"})
        made.call("on_response", request=1, response=2)
        assert made.call("check_access", actor=None, permission=None, request=None)
