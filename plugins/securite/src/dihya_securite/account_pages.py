"""One's own account: name, password, sessions, API keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import ngettext
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Blueprint, redirect, request, url_for

from . import browsers
from .faults import faults_of, sentence
from .identity import clear_browser, known, local, set_cookie, signed_in
from .keys import Keys, lives, own_id
from .models import Person, now
from .reach import Reach
from .service import Directory
from .sessions import Sessions, SignInService
from .settings import Settings
from .strength import SHORTEST

account = Blueprint("securite_account", __name__, url_prefix="/securite/account")


@account.get("/")
@requires("securite:account")
def show() -> Any:
    """My name, roles, sessions and API keys."""
    return _page()


@account.post("/name")
@requires("securite:account")
def rename() -> Any:
    """Change my name."""
    actor = signed_in()
    try:
        get(Directory).rename(actor, own_id(actor), request.form.get("name", ""))
    except Invalid as error:
        current().undo()
        return _page(error=sentence(error.message), status=422)
    get(Layout).flash(_("Your name is saved."), "success")
    return redirect(url_for("securite_account.show"), 303)


@account.get("/password")
@requires("securite:account")
def password_page() -> Any:
    """Ask for the current and the new password."""
    return _password_page()


@account.post("/password")
@requires("securite:account")
def change_password() -> Any:
    """Change my password; every session ends, and a new one begins here."""
    get(Reach).demand_person(signed_in())
    old, new, again = (request.form.get(name, "") for name in ("old_password", "password", "again"))
    if new != again:
        return _password_page({"again": _("The two new passwords differ.")}, 422)
    me = str(own_id(signed_in()))
    try:
        person = get(SignInService).change_password(me, old, new, request.remote_addr)
    except Invalid as error:
        return _password_page(faults_of(error), 422)
    except DihyaError as error:
        if error.status != 429:
            raise
        return _password_page({"": _("Too many attempts. Try again in %(seconds)s seconds.", **error.params)}, 429)
    if person is None:
        return _password_page({"old_password": _("The current password is not right.")}, 422)
    get(Layout).flash(_("Your password is changed. You are signed out everywhere else."), "success")
    return begin_session(person, "/")


@account.get("/confirm")
@requires("securite:account")
def confirm_page() -> Any:
    """Ask for the password again, before a dangerous act."""
    return _confirm_page()


@account.post("/confirm")
@requires("securite:account")
def confirm() -> Any:
    """Check the password and lead back; dangerous acts are open for some minutes."""
    get(Reach).demand_person(signed_in())
    try:
        right = get(SignInService).confirm(signed_in().id, request.form.get("password", ""), request.remote_addr)
    except DihyaError as error:
        if error.status != 429:
            raise
        return _confirm_page(_("Too many attempts. Try again in %(seconds)s seconds.", **error.params), 429)
    if not right:
        return _confirm_page(_("The password is not right."), 422)
    get(Sessions).confirm(known(request))
    get(Layout).flash(_("Thank you. You can go on now."), "success")
    return redirect(f"{request.script_root}{local(request.form.get('next', ''))}", 303)


@account.post("/sign-out-everywhere")
@requires("securite:account")
def sign_out_everywhere() -> Any:
    """End all my sessions and tokens, this one too."""
    get(Reach).demand_person(signed_in())
    get(Directory).sign_out_everywhere(own_id(signed_in()))
    response = redirect(url_for("securite.sign_in_page"), 303)
    set_cookie(request, response, "")
    clear_browser(response)
    return response


@account.post("/sessions/others/end")
@requires("securite:account")
def end_others() -> Any:
    """End all my sessions but this one."""
    get(Reach).demand_person(signed_in())
    ended = get(Sessions).end_others(own_id(signed_in()), signed_in().session)
    get(Layout).flash(ngettext("%(count)s session is ended.", "%(count)s sessions are ended.", ended), "success")
    return redirect(url_for("securite_account.show"), 303)


@account.post("/sessions/<number>/end")
@requires("securite:account")
def end_session(number: str) -> Any:
    """End one of my sessions."""
    get(Reach).demand_person(signed_in())
    get(Sessions).end_one(own_id(signed_in()), number)
    get(Layout).flash(_("The session is ended."), "success")
    return redirect(url_for("securite_account.show"), 303)


@account.post("/keys")
@requires("securite:keys", confirmed=True)
def create_key() -> Any:
    """Create an API key and show it, once."""
    days = next((days for days in lives() if str(days) == request.form.get("days")), lives()[0])
    ends = now() + timedelta(days=days)
    try:
        row, secret = get(Keys).create(signed_in(), request.form.get("title", ""), request.form.getlist("scopes"), ends)
    except Invalid as error:
        current().undo()
        return _page(error=sentence(error.message), status=422)
    return _page(secret=secret, status=201, created=row.title)


def begin_session(person: Person, target: str) -> Any:
    """Begin a session for *person* and lead to *target*, a path below the application's root."""
    cookie, _row = get(Sessions).begin(person, browsers.family(request.user_agent.string))
    response = redirect(f"{request.script_root}{target}", 303)
    set_cookie(request, response, cookie, seconds=get(Settings).session_max * 3600)
    return response


def _page(status: int = 200, error: str = "", secret: str = "", created: str = "") -> Any:
    response = get(Layout).page(
        "securite/account.html", title=_("My account"), status=status, error=error, secret=secret, created=created,
        person=get(Directory).get(own_id(signed_in())), roles=get(Access).roles(),
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


def _password_page(faults: dict[str, str] | None = None, status: int = 200) -> Any:
    me = get(Directory).get(own_id(signed_in()))
    return get(Layout).page(
        "securite/password.html", title=_("Change password"), status=status, bare=me.must_change_password,
        faults=faults or {}, must=me.must_change_password, email=me.email, shortest=SHORTEST,
    )  # fmt: skip


def _confirm_page(error: str = "", status: int = 200) -> Any:
    return get(Layout).page(
        "securite/confirm.html", title=_("Password, please"), status=status, error=error,
        next=local(request.values.get("next", "")), email=get(Directory).get(own_id(signed_in())).email,
    )  # fmt: skip
