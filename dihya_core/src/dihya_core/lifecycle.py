"""The life of an application: new, loaded, started, stopped; each step once, and in this order."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Literal

from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.access import SYSTEM

if TYPE_CHECKING:
    from dihya_core.data.acts import RuntimeActs
    from dihya_core.runtime import Runtime

log = logging.getLogger("dihya.core")
Phase = Literal["new", "loaded", "started", "stopped"]
Mode = Literal["serve", "answer", "command"]


def start(runtime: Runtime, acts: RuntimeActs, mode: Mode) -> bool:
    """Do what the mode needs before anything is asked of the application; return True when a plugin was taken out for it.

    A plugin that fails is quarantined alone; one without which nothing is served ends the start with Invalid.

    Args:
        mode: ``serve`` and ``answer`` call ``before_serving`` and ``on_startup``, the one in a server and the other in
            whatever process asks for answers, such as a test; ``command`` calls ``on_command``.
    """
    _advance(runtime, "loaded", "started")
    before = len(runtime.active())
    hooks = ("on_command",) if mode == "command" else ("before_serving", "on_startup")
    with acts.open("core.start", actor=SYSTEM):
        for hook in hooks:
            arguments = {"app_info": runtime.app_info()}
            seconds = max(runtime.core.start_seconds, runtime.hook_caller.hooks[hook].budget)
            for plugin, _, error in runtime.hook_caller.collect_each(hook, seconds, **arguments):
                if error is not None:
                    _refuse(runtime, hook, plugin, error)
                    runtime.quarantine_for(plugin, f"failed in {hook}: ", error)
    if mode == "serve":
        runtime.remember()
    return len(runtime.active()) < before


def _refuse(runtime: Runtime, hook: str, plugin: str, error: Exception) -> None:
    """Raise Invalid with the words of a plugin that says why nothing may be served, where that is its to say."""
    if hook == "before_serving" and isinstance(error, DihyaError) and runtime.required(plugin):
        raise Invalid(f"plugin {plugin!r} lets nothing be served: {error.message}", code="required") from error


def gather(runtime: Runtime) -> None:
    """Gather what otherwise waits for somebody to ask, so that whoever looks hears what is wrong with it."""
    for hook in list(runtime.hook_caller.hooks.values()):
        if hook.gathered and hook.policy.late:
            runtime.collected(hook.name)


def refuse_answers(runtime: Runtime, hook: str, plugin: str, error: Exception, doing: str = "") -> None:
    """Quarantine a plugin for what it declares; once the application runs, that alone is left out, and told as a failure.

    Args:
        doing: what stands before the words of the error in the reason.
    """
    if runtime.phase == "started" and runtime.hook_caller.hooks[hook].policy.late:
        monitor = runtime.hook_caller.monitor
        monitor.failed(monitor.record(plugin, hook), error, "its answers are left out")
    else:
        runtime.quarantine_for(plugin, doing, error)


def stop(runtime: Runtime, acts: RuntimeActs) -> None:
    """Tell the plugins that the application ends; what was stopped stays stopped."""
    if runtime.phase == "stopped":
        return
    _advance(runtime, "started", "stopped")
    try:
        with acts.open("core.stop", actor=SYSTEM):
            runtime.call("on_shutdown", app_info=runtime.app_info())
    except Exception:  # the process ends all the same
        log.exception("the application did not stop in good order")


def _advance(runtime: Runtime, earlier: Phase, later: Phase) -> None:
    if runtime.phase != earlier:
        raise RuntimeError(
            f"the application is {runtime.phase} and cannot become {later}; it has to be {earlier}, so build another one"
        )
    runtime.phase = later
