"""The one way in and out: identify, authorise, run, record, commit."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dihya_hookspecs.acts import _current
from dihya_hookspecs.web import Step
from flask import Flask, Response, request

from . import problems
from .acts import announce
from .rights import refusal

if TYPE_CHECKING:
    from .acts import HouseActs, OpenAct
    from .house import House
    from .rights import Rights

log = logging.getLogger("dihya.core")
STAGES = ("edge", "identity", "content")
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class Gate:
    """Takes every request through the house, once down and once up.

    Args:
        steps: what plugins registered as middleware, already in order.
        owners: blueprint name → the plugin that registered it.
    """

    def __init__(
        self, house: House, acts: HouseActs, rights: Rights, steps: list[Step], owners: dict[str, str]
    ) -> None:
        self._house, self._acts, self._rights, self._owners = house, acts, rights, owners
        self._before = {
            stage: [step.before for step in steps if step.stage == stage and step.before] for stage in STAGES
        }
        self._after = [step.after for step in reversed(steps) if step.after]

    def pass_through(self, app: Flask) -> Response:
        """Answer the current request."""
        self._house.refresh()
        act = self._acts.start(request.endpoint or "http.unknown", id=request.headers.get("X-Request-ID"))
        act.plugin = self._owners.get((request.blueprint or "").partition(".")[0], "core")
        act.mutating = request.method not in SAFE and request.endpoint is not None
        token = _current.set(act)
        try:
            return self._answer(app, act)
        finally:
            try:
                act.close()
            finally:
                _current.reset(token)
                if self._house.news:
                    announce(self._acts, self._house)

    def _answer(self, app: Flask, act: OpenAct) -> Response:
        try:
            response = self._down(app, act)
            if response.status_code >= 500 and response.status_code != 503:  # 503 says "later", as a health check may
                act.fail(RuntimeError(f"the view answered {response.status_code}"))
            else:
                act.finish(response.status_code)
        except Exception as error:
            act.fail(error)
            response = problems.answer(error, act, self._house)
        try:
            return self._up(app, act, response)
        except Exception as error:
            log.error("%s failed on the way out", act.name, exc_info=error)
            return problems.answer(error, act, self._house)

    def _down(self, app: Flask, act: OpenAct) -> Response:
        if (early := self._steps("edge")) is not None:
            return early
        if (early := self._steps("identity")) is not None:
            return early
        if request.routing_exception is not None:
            raise request.routing_exception
        self._identify(act)
        self._admit(app, act)
        hooks = self._house.dispatcher.hooks
        if (ask := hooks["on_request"].call) and (found := ask(request)):
            return app.make_response(found[1])
        if (early := self._steps("content")) is not None:
            return early
        answer = app.preprocess_request()
        return app.make_response(app.dispatch_request() if answer is None else answer)

    def _identify(self, act: OpenAct) -> None:
        find = self._house.dispatcher.hooks["find_actor"].call
        if find and (found := find(request)):
            act.actor = found[1]

    def _admit(self, app: Flask, act: OpenAct) -> None:
        if request.method == "OPTIONS" and request.endpoint and "OPTIONS" not in (request.url_rule.methods or ()):  # type: ignore[union-attr]
            return
        permission = permission_of(app.view_functions[request.endpoint]) if request.endpoint else None
        if permission and (denial := self._rights.denial(act.actor, permission)):
            raise refusal(denial, act.actor)
        if objection := self._rights.objection(act.actor, permission, request):
            raise refusal(objection, act.actor)

    def _steps(self, stage: str) -> Response | None:
        for before in self._before[stage]:
            if (response := before(request)) is not None:
                return response  # type: ignore[return-value]
        return None

    def _up(self, app: Flask, act: OpenAct, response: Response) -> Response:
        response = app.process_response(response)
        for after in self._after:
            after(request, response)
        if tell := self._house.dispatcher.hooks["on_response"].call:
            tell(request, response)
        response.headers["X-Request-ID"] = act.id
        return response


def permission_of(view: Callable[..., Any]) -> str | None:
    """Return the permission that a view requires, or None for a public one."""
    return getattr(view, "dihya_requires", None)


def undeclared(app: Flask) -> list[str]:
    """Return the endpoints whose view says neither ``@requires`` nor ``@public``."""
    return sorted(
        endpoint
        for endpoint, view in app.view_functions.items()
        if not hasattr(view, "dihya_requires") and not hasattr(view, "dihya_public")
    )
