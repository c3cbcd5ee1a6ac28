"""Hooks are called as their specification says, and a plugin that breaks one is named."""

from types import SimpleNamespace

import pytest
from dihya_core.hooks.caller import HookCaller, PluginFault
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Actor, Denial
from dihya_hookspecs.rgpd import Demand, Disclosure, Subject
from dihya_hookspecs.web import Problem

pytestmark = pytest.mark.filterwarnings("default")
TIN = Actor("tin", "Tin")


class TestRegistration:
    """What is refused before it can do harm, and what the message says."""

    def fault(self, hook_caller, item):
        with pytest.raises(PluginFault) as caught:
            hook_caller(item)
        return str(caught.value)

    def test_a_misspelt_hook_is_refused_with_a_suggestion(self, hook_caller, plugin):
        """The message names plugin, hook, file, line and the right name."""

        def on_requst(request): ...

        message = self.fault(hook_caller, plugin(on_requst))
        assert "plugin 'p0' implements unknown hook 'on_requst'" in message
        assert "test_caller.py:" in message
        assert "write 'on_request' instead" in message

    def test_a_wrong_argument_is_refused_with_the_right_signature(self, hook_caller, plugin):
        """The message says what to write."""

        def on_response(request, answer): ...

        assert "'answer' in 'on_response'" in (message := self.fault(hook_caller, plugin(on_response)))
        assert "write 'def on_response(request, response)'" in message

    def test_an_async_hook_is_refused(self, hook_caller, plugin):
        """Hooks are synchronous, so that an asynchronous one is refused."""

        async def on_request(request): ...

        assert "hooks are synchronous, write 'def on_request(request)'" in self.fault(hook_caller, plugin(on_request))

    def test_a_wrapper_is_refused(self, hook_caller, plugin):
        """A wrapper could swallow what others say."""

        @hookimpl(wrapper=True)
        def on_request(request):
            yield

        item = plugin()
        item.on_request = on_request
        assert "wrappers cannot be guarded" in self.fault(hook_caller, item)

    def test_a_refused_plugin_leaves_nothing_behind(self, plugin):
        """Its good hooks are not registered either."""

        def on_request(request):
            return "mine"

        def on_requst(request): ...

        made = HookCaller()
        with pytest.raises(PluginFault):
            made.register("bad", plugin(on_request, on_requst))
        made.freeze()
        assert made.hooks["on_request"].call is None


class TestKinds:
    """One test for each calling convention."""

    def test_notify_tells_everybody_in_order(self, hook_caller, plugin):
        """Everybody is told in the order of the plan; arguments that an implementation does not name are left out."""
        heard = []

        def listener(number):
            def on_response(response):
                heard.append((number, response))

            return plugin(on_response)

        hook_caller(listener(0), listener(1)).call("on_response", request="q", response="r")
        assert heard == [(0, "r"), (1, "r")]

    def test_first_gives_the_answer_and_who_gave_it(self, hook_caller, plugin):
        """None passes on to the next."""

        def silent():
            def find_actor(request): ...

            return plugin(find_actor)

        def find_actor():
            return TIN

        assert hook_caller(silent(), plugin(find_actor)).call("find_actor", request=1) == ("p1", TIN)
        assert hook_caller(silent()).call("find_actor", request=1) is None

    def test_veto_collects_every_denial(self, hook_caller, plugin):
        """One early consent hides no denial."""

        def consent():
            def check_access(actor): ...

            return plugin(check_access)

        def check_access(permission):
            return Denial(f"no {permission}")

        found = hook_caller(consent(), plugin(check_access)).call(
            "check_access", actor=None, permission="x", request=None
        )
        assert found == [("p1", Denial("no x"))]

    def test_collect_flattens_lists_and_names_the_plugins(self, hook_caller, plugin):
        """An answer of two counts twice, none not at all."""

        def on_rgpd_export(subject, demand):
            return [Disclosure("a"), Disclosure("b")]

        def none():
            def on_rgpd_export(): ...

            return plugin(on_rgpd_export)

        call = {"subject": Subject("t", "1", "p"), "demand": Demand("1", "export")}
        found = hook_caller(none(), plugin(on_rgpd_export)).call("on_rgpd_export", **call)
        assert found == [("p1", Disclosure("a")), ("p1", Disclosure("b"))]

    def test_transform_passes_the_value_along(self, hook_caller, plugin):
        """None keeps the value as it is."""

        def adds(text):
            def on_problem(problem):
                problem.detail += text
                return problem

            return plugin(on_problem)

        def on_problem(problem): ...

        got = hook_caller(adds("a"), plugin(on_problem), adds("b")).call(
            "on_problem", problem=Problem(400, "t"), request=None
        )
        assert got.detail == "ab"

    def test_a_hook_that_nobody_implements_costs_no_call(self, hook_caller):
        """There is nothing compiled to call, and the neutral answer comes back."""
        empty = hook_caller()
        assert empty.hooks["on_request"].call is None
        assert empty.call("check_access", actor=None, permission=None, request=None) == []
        assert empty.call("on_problem", problem="same", request=None) == "same"


class TestTiming:
    """Calls are timed by plugin."""

    def test_every_call_is_counted_and_timed(self, hook_caller, plugin, monkeypatch):
        """Hooks that are called at every request are counted too; a slow one in the middle is not missed."""
        ticks = iter([*range(100)])
        monkeypatch.setattr("dihya_core.hooks.caller.perf_counter", lambda: 0.001 * next(ticks))

        def on_response(request):
            if request:
                [next(ticks) for _ in range(30)]

        made = hook_caller(plugin(on_response))
        for slow in (False, True, False):
            made.call("on_response", request=slow, response=2)
        record = made.monitor.record("p0", "on_response")
        assert (record.calls, list(record.slow), round(record.milliseconds)) == (3, [2], 31)

    def test_a_slow_plugin_is_named_once(self, hook_caller, plugin, caplog, monkeypatch):
        """When it takes longer than the hook's budget; the line is not repeated within a minute."""
        clock = iter(range(100))
        monkeypatch.setattr("dihya_core.hooks.caller.perf_counter", lambda: next(clock))

        def on_problem(problem): ...

        made = hook_caller(plugin(on_problem))
        for _ in range(2):
            made.call("on_problem", problem=Problem(400, "t"), request=None)
        assert caplog.text.count("plugin 'p0' took 1000 ms in on_problem") == 1


def test_two_plugins_without_hooks_are_two_plugins():
    """Faces that hold nothing are not taken for one another."""
    caller = HookCaller()
    assert caller.register("one", SimpleNamespace()) == caller.register("two", SimpleNamespace()) == ()


def test_whoever_calls_a_hook_wrongly_reads_what_there_is():
    """A name that nobody publishes is quoted, with a near one; other arguments than the hook's are named."""
    caller = HookCaller()
    with pytest.raises(LookupError, match="no hook is named 'on_problm'; .*on_problem"):
        caller.call("on_problm", problem=None)
    with pytest.raises(LookupError, match="no hook is named 'on_book_lent'"):
        caller.call("on_book_lent")
    with pytest.raises(TypeError, match="hook 'on_problem' is called with problem, request, not with problem"):
        caller.call("on_problem", problem=None)
