"""Errors on the wire: RFC 9457 problems, as JSON or as a page."""

from __future__ import annotations

import logging
from dataclasses import asdict
from http import HTTPStatus
from typing import TYPE_CHECKING

from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.acts import get
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import Problem
from flask import Response, json, redirect, request
from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from dihya_core.data.acts import OpenAct
    from dihya_core.runtime import Runtime

log = logging.getLogger("dihya.core")
CODES = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "unsupported-media-type",
    429: "rate-limited",
}


def problem_of(error: Exception, *, debug: bool = False) -> Problem:
    """Return the problem that an exception stands for. What is unexpected says nothing of the inside."""
    if isinstance(error, DihyaError):
        problem = Problem(error.status, _title(error.status), error.message, code=error.code, params=dict(error.params))
        problem.headers = dict(error.headers)
        if isinstance(error, Invalid) and error.flaws:
            problem.extensions["errors"] = [
                {name: value for name, value in asdict(flaw).items() if value or name != "suggestion"}
                for flaw in error.flaws
            ]
        return problem
    if isinstance(error, HTTPException) and error.code:
        detail = error.description or ""
        if detail == type(error).description:  # Werkzeug's own words, in English and for its developers
            detail = ""
        problem = Problem(error.code, _title(error.code), detail, code=CODES.get(error.code, "http"))
        about_the_body = ("content-type", "content-length")
        problem.headers = {name: value for name, value in error.get_headers() if name.lower() not in about_the_body}
        return problem
    detail = (
        f"{type(error).__name__}: {error}"
        if debug
        else "something went wrong on our side; the request id leads to the log"
    )
    return Problem(500, _title(500), detail, code="internal")


def answer(error: Exception, act: OpenAct, runtime: Runtime) -> Response:
    """Return the response for an error: a page for browsers, ``application/problem+json`` for programs."""
    problem = problem_of(error, debug=runtime.core.debug)
    if problem.status == 503:  # "later": an answer, and no failure of ours
        log.warning("%s answered 503: %s", act.name, problem.detail)
    elif problem.status >= 500:
        log.error("%s failed", act.name, exc_info=error)
    problem = runtime.call("on_problem", problem=problem, request=request)
    if location := problem.headers.pop("Location", None):
        return redirect(location, 303)  # type: ignore[return-value]
    response = _page(problem, act) if _wants_page() else None
    if response is None:
        body = {name: getattr(problem, name) for name in ("type", "title", "status", "code", "detail")}
        if not problem.detail:
            del body["detail"]
        body |= {"instance": request.path, "request_id": act.id, **problem.extensions}
        response = Response(json.dumps(body), problem.status, mimetype="application/problem+json")
    response.headers.extend(problem.headers)
    return response


def _wants_page() -> bool:
    if request.path.startswith("/api/"):
        return False
    best = request.accept_mimetypes.best_match(["application/json", "text/html"])
    return best == "text/html" and request.accept_mimetypes["text/html"] > request.accept_mimetypes["application/json"]


def _page(problem: Problem, act: OpenAct) -> Response | None:
    """Return the console's page for a problem, or None when there is no console or it is what fails."""
    # Whoever is signed in keeps the menu; after a failure of ours it may be what fails.
    for bare in (act.actor is None or problem.status >= 500, True):
        try:
            return get(Layout).page(
                "console/problem.html",
                title=problem.title, status=problem.status, bare=bare, problem=problem, request_id=act.id,
            )  # fmt: skip
        except Exception:
            log.warning("the problem page could not be made", exc_info=True)
    return None


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
