"""The one way in and out: identify, authorise, run, record, commit."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from dihya_hookspecs import NotFound
from dihya_hookspecs.acts import _current
from dihya_hookspecs.i18n import use
from dihya_hookspecs.web import Step
from flask import Flask, Request, Response, got_request_exception, redirect, request_finished, request_started
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import RequestRedirect, RoutingException

from dihya_core.access import refusal, unconfirmed
from dihya_core.data.announcing import announce
from dihya_core.data.outcomes import explained, status_of
from dihya_core.hooks.containment import left
from dihya_core.request import problems
from dihya_core.request.anonymous import AnonymousRefusals

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from dihya_core.access import AccessRules
    from dihya_core.data.acts import OpenAct, RuntimeActs
    from dihya_core.runtime import Runtime

log = logging.getLogger("dihya.core")
STAGES = ("edge", "identity", "content")
_UUID = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class Pipeline:
    """Takes every request through the application, once down and once up.

    Args:
        steps: what plugins registered as middleware, already in order.
        owners: blueprint name → the plugin that registered it.
    """

    def __init__(
        self, runtime: Runtime, acts: RuntimeActs, access: AccessRules, steps: list[Step], owners: dict[str, str]
    ) -> None:
        self._runtime, self._acts, self._access, self._owners = runtime, acts, access, owners
        self._observations = runtime.hook_caller.observations
        self._steps = {stage: [step for step in steps if step.stage == stage and step.before] for stage in STAGES}
        self._ways_out = ways_out(steps)
        self.unknown = AnonymousRefusals()

    def handle(self, app: Flask, request: Request) -> Response:
        """Answer the current request, which is given as it is: behind Flask's proxy each look at it is looked up anew."""
        self._runtime.refresh()
        endpoint = request.endpoint
        act = self._acts.start(endpoint or "http.unknown")
        owner = self.owner(request.blueprint)
        act.plugin, table = getattr(app.view_functions.get(act.name), "dihya_about", (owner, owner))
        act.mutating = endpoint is not None and request.method not in SAFE
        act.object, act.unknown = tried(request, table), self.unknown.count
        use("en", None)  # until a step knows better; what this thread said last was for another reader
        token = _current.set(act)
        try:
            with self._observations.span("request", act.name, plugin=owner) as span:
                response = self._answer(app, request, act)
                span.facts |= {"method": request.method, "status": response.status_code}
                return response
        finally:
            try:
                act.close()
            finally:
                _current.reset(token)
                if self._runtime.pending_changes:
                    announce(self._acts, self._runtime)
                if self.unknown.due():
                    self.unknown.tell(self._acts)

    def owner(self, blueprint: str | None) -> str:
        """Return the plugin whose blueprint it is."""
        return self._owners.get((blueprint or "").partition(".")[0], "core")

    def _answer(self, app: Flask, request: Request, act: OpenAct) -> Response:
        unhandled: Exception | None = None
        entered: list[Step] = []
        try:
            response = self._dispatch_contained(app, request, act, entered)
            act.finish(response.status_code)
        except Exception as error:
            response, unhandled = self._caught(app, act, error)
        response = self._leave(app, request, act, response, self._ways_out[len(entered)])
        if unhandled is not None:
            unhandled.dihya_answer = response  # type: ignore[attr-defined]
            raise unhandled  # on to Flask, which answers with the above and tells its teardown functions
        return response

    def _caught(self, app: Flask, act: OpenAct, error: Exception) -> tuple[Response, Exception | None]:
        """Return the answer to an error, and the error if neither an errorhandler nor we had expected it."""
        if not (isinstance(error, HTTPException) and error.get_response().status_code < 400):  # abort(redirect(…))
            act.undo()
        told, unhandled = explained(error), None
        try:
            response = handled(app, error)
            if response is None:
                if not expected(told):
                    unhandled = error
                    got_request_exception.send(app, _async_wrapper=app.ensure_sync, exception=error)
                    response = handled(app, InternalServerError(original_exception=error))
                response = response or problems.answer(told, act, self._runtime)  # type: ignore[arg-type]
            act.finish(response.status_code, told)
        except Exception as again:
            act.fail(again)
            return problems.answer(again, act, self._runtime), again
        return response, unhandled

    def _dispatch_contained(self, app: Flask, request: Request, act: OpenAct, entered: list[Step]) -> Response:
        """Let the view answer; one that leaves the interpreter has failed, and nothing more."""
        try:
            return self._dispatch(app, request, act, entered)
        except Exception:
            raise
        except BaseException as error:
            raise left(error) from error

    def _dispatch(self, app: Flask, request: Request, act: OpenAct, entered: list[Step]) -> Response:
        """Ask the steps, the guards and the view, in this order, until one answers; note which steps were entered."""
        if unguarded(app, request):
            return app.make_response(app.dispatch_request())
        request_started.send(app, _async_wrapper=app.ensure_sync)
        for stage in ("edge", "identity"):
            if (early := self._enter(stage, request, entered)) is not None:
                return early
        if name := request.environ.get("dihya.request_id"):
            act.facts["request_id"] = name
        unknown = self._identify(request, act)
        answer = before(app, request, (None,))
        if unknown is not None:
            raise unknown
        if answer is None:
            if request.routing_exception is not None:
                raise request.routing_exception
            if any("\0" in str(value) for value in (request.view_args or {}).values()):
                raise NotFound("no such address; it holds a NUL character")  # which PostgreSQL would not even look for
            self._admit(app, request, act)
            hooks = self._runtime.hook_caller.hooks
            if (ask := hooks["on_request"].call) and (found := ask(request)):
                return app.make_response(found[1])
            if (early := self._enter("content", request, entered)) is not None:
                return early
            answer = before(app, request, tuple(reversed(request.blueprints)))
        return app.make_response(app.dispatch_request() if answer is None else answer)

    def _identify(self, request: Request, act: OpenAct) -> Exception | None:
        """Find out who asks; return the error of a credential that does not hold."""
        find = self._runtime.hook_caller.hooks["find_actor"].call
        try:
            if find and (found := find(request)):
                act.actor = found[1]
        except Exception as error:
            return error
        return None

    def _admit(self, app: Flask, request: Request, act: OpenAct) -> None:
        if request.method == "OPTIONS" and request.endpoint and "OPTIONS" not in (request.url_rule.methods or ()):  # type: ignore[union-attr]
            return
        view = app.view_functions[request.endpoint] if request.endpoint else None
        permission = permission_of(view)
        if permission and not (verdict := self._access.decide(act.actor, permission)):
            raise refusal(verdict, act.actor)
        if act.actor is not None and not act.actor.confirmed and getattr(view, "dihya_confirmed", False):
            raise unconfirmed()
        if objection := self._access.objection(act.actor, permission, request):
            raise refusal(objection, act.actor)

    def _enter(self, stage: str, request: Request, entered: list[Step]) -> Response | None:
        """Run the steps of one stage until one answers."""
        for step in self._steps[stage]:
            response = step.before(request)  # type: ignore[misc]
            entered.append(step)
            if response is not None:
                return response  # type: ignore[return-value]
        return None

    def _leave(self, app: Flask, request: Request, act: OpenAct, response: Response, steps: Sequence[Step]) -> Response:
        """Run what stands on the way out: Flask's functions, those steps, ``on_response``."""
        response.headers["X-Request-ID"] = act.id
        if unguarded(app, request):
            for step in steps:
                with suppress(Exception):  # it was counted and logged by the name of its plugin
                    step.after(request, response)  # type: ignore[misc]
            return response
        try:
            response = app.process_response(response)
            request_finished.send(app, _async_wrapper=app.ensure_sync, response=response)
        except Exception as error:
            log.error("%s failed on the way out", act.name, exc_info=error)
            response = problems.answer(error, act, self._runtime)
        response = self._run_after(request, act, response, steps)
        if tell := self._runtime.hook_caller.hooks["on_response"].call:
            tell(request, response)
        response.headers["X-Request-ID"] = act.id
        return response

    def _run_after(self, request: Request, act: OpenAct, response: Response, steps: Sequence[Step]) -> Response:
        """Run the steps on the answer; when one fails, the answer is the problem, on which all the others run."""
        for step in steps:
            try:
                step.after(request, response)  # type: ignore[misc]
            except Exception as error:
                log.error("%s failed on the way out", act.name, exc_info=error)
                answer = problems.answer(error, act, self._runtime)
                return self._run_after(request, act, answer, [other for other in steps if other is not step])
        return response


def ways_out(steps: Sequence[Step]) -> list[tuple[Step, ...]]:
    """Return which steps are run on the way out, in reverse, by how many were entered: those, and what only looks at answers."""
    entered = [step for stage in STAGES for step in steps if step.stage == stage and step.before]
    back = [step for step in reversed(steps) if step.after]
    return [
        tuple(step for step in back if not step.before or any(step is one for one in entered[:count]))
        for count in range(len(entered) + 1)
    ]


def before(app: Flask, request: Request, names: tuple[str | None, ...]) -> ResponseReturnValue | None:
    """Run Flask's functions before a request of these blueprints (None: of all), and return what one answers."""
    for name in names:
        for prepare in app.url_value_preprocessors.get(name, ()):
            prepare(request.endpoint, request.view_args)
    for name in names:
        for function in app.before_request_funcs.get(name, ()):
            if (answer := app.ensure_sync(function)()) is not None:
                return answer  # type: ignore[no-any-return]
    return None


def handled(app: Flask, error: Exception) -> Response | None:
    """Return what Flask makes of an error: of a redirect, of ``abort(response)``, in a plugin's errorhandler; or None."""
    try:
        answer = app.handle_user_exception(error)
    except Exception as again:
        if again is error:
            return None
        raise
    if isinstance(answer, RequestRedirect):
        answer = redirect(path_of(answer.new_url), answer.code)
    if isinstance(answer, HTTPException) and answer.response is None and not isinstance(answer, RoutingException):
        return None
    return app.make_response(answer)


def path_of(url: str) -> str:
    """Return path and query of *url*: they lead on where the client is, also behind a proxy that nobody told us of."""
    parts = urlsplit(url)
    return urlunsplit(("", "", f"/{parts.path.lstrip('/')}", parts.query, ""))


def expected(error: BaseException) -> bool:
    """True for an error that is an answer: a refusal, a mistake of the caller, or 503, which says "later"."""
    status = status_of(error)
    return status < 500 or status == 503


def tried(request: Request, table: str) -> str | None:
    """Return what the address of the request is about, as ``table:key``; only keys, since other words may be personal."""
    for value in (request.view_args or {}).values():
        if isinstance(value, (int, UUID)) or (isinstance(value, str) and _UUID.fullmatch(value)):
            return f"{table}:{str(value).lower()}"
    return None


def unguarded(app: Flask, request: Request) -> bool:
    """Tell whether the view asked for is answered whatever the plugins that guard the door are able to do."""
    return getattr(app.view_functions.get(request.endpoint or ""), "dihya_unguarded", False)


def permission_of(view: Callable[..., Any] | None) -> str | None:
    """Return the permission that a view requires, or None for a public one."""
    return getattr(view, "dihya_requires", None)


def undeclared(app: Flask) -> list[str]:
    """Return the endpoints whose view says neither ``@requires`` nor ``@public``."""
    return sorted(
        endpoint
        for endpoint, view in app.view_functions.items()
        if not hasattr(view, "dihya_requires") and not hasattr(view, "dihya_public")
    )
