"""The second step of signing in: the code of the app, or a recovery code."""

from __future__ import annotations

from typing import Any

from dihya_hookspecs import DihyaError, Refused
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import ngettext
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import accepts, limited, public
from flask import Blueprint, redirect, request, url_for

from . import devices
from .account_pages import begin_session
from .api import SIGN_IN_BYTES, SIGN_INS_PER_MINUTE
from .authenticators import Authenticators
from .half_way import HalfWays
from .identity import cookie_name, proves_origin, set_cookie
from .models import Person
from .secret import Secret

codes = Blueprint("securite_code", __name__)


@codes.get("/sign-in/code")
@public("the second step of the door; the cookie of the first is checked")
def code_page() -> Any:
    """Ask for the code; without the first step lead back to it."""
    return _ask() if get(HalfWays).find(request) else _again()


@codes.post("/sign-in/code")
@public("the second step of the door; cookie and code are checked")
@accepts(max_body=SIGN_IN_BYTES, seconds=10, fields=20)
@limited(SIGN_INS_PER_MINUTE)
def check_code() -> Any:
    """Check the code, and begin a session."""
    if current().actor is None and not proves_origin(request):
        raise Refused("the form is too old or does not come from here; load the page again", code="csrf")
    found = get(HalfWays).find(request)
    if found is None:
        return _again()
    person, apps = found.person, get(Authenticators)
    before = apps.codes_left(person.id)
    device = devices.known(get(Secret), request.cookies.get(cookie_name(request, "-device"), ""), person.email)
    try:
        right = apps.proves(person, request.form.get("recovery") or request.form.get("code", ""), device)
    except DihyaError as error:
        if error.status != 429:
            raise
        message = _("Too many attempts. Try again in %(seconds)s seconds.", **error.params)
        return _ask(message, 429, error.headers)
    if not right:
        return _ask(_("This code is not right, or was used before. Wait for the next one that the app shows."), 401)
    left = apps.codes_left(person.id)
    if left < before:
        get(Layout).flash(
            ngettext("You have %(count)s recovery code left.", "You have %(count)s recovery codes left.", left), "info"
        )
    response = enter(person, found.target)
    HalfWays.forget(request, response)
    return response


def ask_for_code(person: Person, target: str) -> Any:
    """Lead somebody who gave the right password to the second step."""
    response = redirect(url_for("securite_code.code_page"), 303)
    get(HalfWays).remember(request, response, person, target)
    return response


def enter(person: Person, target: str) -> Any:
    """Begin a session, and know this browser again."""
    response = begin_session(person, target)
    if not devices.known(get(Secret), request.cookies.get(cookie_name(request, "-device"), ""), person.email):
        set_cookie(request, response, devices.make(get(Secret), person.email), "-device", devices.SECONDS)
    return response


def _again() -> Any:
    get(Layout).flash(_("That took too long. Sign in again."), "info")
    return redirect(url_for("securite.sign_in_page"), 303)


def _ask(error: str = "", status: int = 200, headers: Any = None) -> Any:
    response = get(Layout).page(
        "securite/sign_in_code.html", title=_("Second factor"), status=status, bare=True, error=error
    )
    response.headers.update({"Cache-Control": "no-store", **(headers or {})})
    return response
