"""The page on which a plugin is tried, and the way between its frame and the trial.

What is tried is a stranger at this very address. So its documents are of no origin (``sandbox``): they run no script, send and
set no cookie, read nothing of this site, and their forms and links stay below the address that the trial has for itself. The frame
around them, with its bar, is ours, and loads nothing else.
"""

from __future__ import annotations

import re
from typing import Any

from dihya_hookspecs import DihyaError, NotFound
from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import language
from dihya_hookspecs.trying import Trial, TrialAnswer, TrialRequest, Trials
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import NONCE, accepts, limited, public, requires
from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import escape

from . import ending
from .models import Generation
from .service import Generations
from .trying import Trying, why

trials = Blueprint("services_trials", __name__, url_prefix="/services")
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
ALLOWED = "allow-forms allow-downloads"
SEAT = re.compile(r"(\d{1,2})-([a-z]{2,3}(?:-[A-Za-z]{2,4})?)")
CALLS = 600
BODY = 10 << 20
_OURS = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; frame-src {here}"
)
_THEIRS = (
    "sandbox {allowed}; default-src 'none'; style-src {here}; img-src {here} data:; font-src {here}; form-action {here}; "
    "base-uri 'none'; frame-ancestors {origin}"
)


@trials.get("/<uuid:id>/try")
@requires("services:generate")
def show(id: Any) -> ResponseReturnValue:
    """The plugin that is tried, under a bar that says so; or how to begin, or how it ended."""
    return _page(get(Generations).own(id))


@trials.post("/<uuid:id>/try")
@requires("services:generate")
@limited(10, by="person")
def begin(id: Any) -> ResponseReturnValue:
    """Start a trial."""
    generation = get(Generations).own(id)
    try:
        get(Trying).begin(generation)
    except DihyaError as error:
        if error.status != 409:
            raise
        return _page(generation, error.message, error.status)
    return redirect(url_for("services_trials.show", id=id), 303)


@trials.post("/<uuid:id>/try/end")
@requires("services:generate")
def end(id: Any) -> ResponseReturnValue:
    """End a trial at once."""
    get(Trying).end(get(Generations).own(id))
    return redirect(url_for("services_trials.show", id=id), 303)


@trials.post("/<uuid:id>/install")
@requires("services:generate")
def install(id: Any) -> ResponseReturnValue:
    """Bring the plugin to the page on which it is decided whether it is installed."""
    path = get(Trying).bring(get(Generations).own(id))
    return redirect(f"{request.script_root}{path}", 303)


@trials.route("/try/<token>/<seat>/", defaults={"path": ""}, methods=METHODS)
@trials.route("/try/<token>/<seat>/<path:path>", methods=METHODS)
@public("the address itself, which nobody can guess, opens one trial and nothing else")
@accepts(max_body=BODY)
@limited(CALLS, by="address")
def pass_on(token: str, seat: str, path: str) -> ResponseReturnValue:
    """Pass a request on to the trial; who opens it beside its frame is led to the frame."""
    role, code = _seat(seat)
    try:
        if request.headers.get("Sec-Fetch-Dest") == "document":
            return redirect(url_for("services_trials.show", id=get(Trials).get(token).of, role=role), 303)
        answer = get(Trials).ask(token, _request(token, seat, role, code, path))
    except DihyaError as error:
        answer = _sentence(error)
    response = Response(answer.body, answer.status, list(answer.headers))
    here = _address(token)
    response.headers["Content-Security-Policy"] = _THEIRS.format(
        allowed=ALLOWED, here=here, origin=f"{request.scheme}://{request.host}"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-DNS-Prefetch-Control"] = "off"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # their documents are of no origin, ours included
    if response.mimetype.startswith("font/"):
        response.headers["Access-Control-Allow-Origin"] = "null"
    return response


def _seat(seat: str) -> tuple[int, str]:
    if (found := SEAT.fullmatch(seat)) is None:
        raise NotFound(_("nobody tries in this role"))
    return int(found[1]), found[2]


def _request(token: str, seat: str, role: int, code: str, path: str) -> TrialRequest:
    root = url_for("services_trials.pass_on", token=token, seat=seat, path="").rstrip("/")
    headers = {**dict(request.headers), "Accept-Language": code}
    query = request.query_string.decode("ascii", "replace")
    return TrialRequest(role, request.method, root, f"/{path}", query, headers, request.get_data())


def _address(token: str) -> str:
    """Return the address below which everything of a trial lies, for a policy."""
    return f"{request.host_url.rstrip('/')}{request.script_root}{trials.url_prefix}/try/{token}/"


def _sentence(error: DihyaError) -> TrialAnswer:
    """Return a page of one sentence, for the frame."""
    code, title, said = language.get(), _("Trial"), escape(error.message)
    text = f'<!doctype html><html lang="{code}"><meta charset="utf-8"><title>{title}</title><p>{said}</p>'
    return TrialAnswer(
        error.status, [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")], text.encode()
    )


def _page(generation: Generation, problem: str = "", status: int = 200) -> Response:
    trying = get(Trying)
    trial, mine = trying.of(generation), trying.mine()
    chosen = request.args.get("role", 0, type=int)
    running = trial is not None and trial.state == "running"
    role = chosen if running and trial is not None and 0 <= chosen < len(trial.roles) else 0
    response = get(Layout).page(
        "services/trying.html", title=_("Trying “%(title)s”", title=generation.title), status=status, generation=generation,
        trial=trial, other=mine if mine and mine.of != str(generation.id) else None, role=role, problem=problem,
        why=why(trial) if trial else "", limits=trying.limits(), possible=trying.possible, installable=trying.installable(),
        proven=ending.outcome(generation) == "ready", source=_source(trial, role) if running and trial is not None else "", allowed=ALLOWED,
    )  # fmt: skip
    if running and trial is not None:
        nonce = request.environ.get(NONCE, "")
        response.headers["Content-Security-Policy"] = _OURS.format(nonce=nonce, here=_address(trial.token))
    response.headers["Cache-Control"] = "no-store"
    return response


def _source(trial: Trial, role: int) -> str:
    return url_for("services_trials.pass_on", token=trial.token, seat=f"{role}-{language.get()}", path="")
