"""Sign-in and sign-out pages, and the public keys of the tokens."""

from __future__ import annotations

from typing import Any

from dihya_hookspecs import DihyaError, Refused
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import accepts, limited, public
from flask import Blueprint, jsonify, redirect, request

from . import devices
from .account_pages import account
from .api import SIGN_IN_BYTES, SIGN_INS_PER_MINUTE, api
from .crowd import closing_when_full
from .faults import sentence
from .identity import PASSWORD_PAGE, clear_browser, cookie_name, local, proves_origin, set_cookie
from .keyring import KeyRing
from .people_pages import people
from .second_factor_api import second_factor_api
from .second_factor_pages import second_factor
from .secret import Secret
from .sessions import Sessions, SignInService
from .settings import Settings
from .sign_in_code import ask_for_code, codes, enter

pages = Blueprint("securite", __name__)


@pages.get("/sign-in")
@public("this is the door")
def sign_in_page() -> Any:
    """Ask for address and password."""
    return _ask()


@pages.post("/sign-in")
@public("this is the door; the password is checked")
@accepts(max_body=SIGN_IN_BYTES, seconds=10, fields=20)
@limited(SIGN_INS_PER_MINUTE)
def sign_in() -> Any:
    """Check address and password, and begin a session."""
    actor = current().actor
    session = actor.session if actor else None
    if session is None and not proves_origin(request):
        raise Refused("the form is too old or does not come from here; load the page again", code="csrf")
    email, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        device = devices.known(get(Secret), request.cookies.get(cookie_name(request, "-device"), ""), email)
        with closing_when_full(request):
            person = get(SignInService).recognise(email, password, request.remote_addr, device)
    except DihyaError as error:
        if error.code == "password-expired":
            return _ask(sentence(error.message), 403, email)
        if error.status != 429:
            raise
        message = _("Too many attempts. Try again in %(seconds)s seconds.", **error.params)
        return _ask(message, 429, email, error.headers)
    if person is None:
        return _ask(_("The e-mail address or the password is not right."), 401, email)
    get(Sessions).end(session)
    target = PASSWORD_PAGE if person.must_change_password else local(request.form.get("next", ""))
    return ask_for_code(person, target) if person.second_factor else enter(person, target)


@pages.post("/sign-out")
@public("whoever is signed in may leave, and whoever is not is gone already")
def sign_out() -> Any:
    """End the session of this browser."""
    actor = current().actor
    get(Sessions).end(actor.session if actor else None)
    response = redirect(f"{request.script_root}/", 303)
    set_cookie(request, response, "")
    clear_browser(response)
    return response


@pages.get("/jwks.json")
@public("these are public keys")
def jwks() -> Any:
    """The public keys with which our tokens are checked, as a JWK Set (RFC 7517)."""
    response = jsonify(get(KeyRing).public())
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _ask(error: str = "", status: int = 200, email: str = "", headers: Any = None) -> Any:
    target = local(request.values.get("next", ""))
    response = get(Layout).page(
        "securite/sign_in.html", title=_("Sign in"), status=status, bare=True, error=error, email=email, next=target,
        contact=get(Settings).contact,
    )  # fmt: skip
    response.headers.update({"Cache-Control": "no-store", **(headers or {})})
    return response


BLUEPRINTS = (pages, codes, account, second_factor, people, api, second_factor_api)
