"""Who is calling: session cookie, access token or API key; and what stands at the door for everybody."""

from __future__ import annotations

import hmac
import re
import secrets
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from dihya_hookspecs import NotFound, Refused
from dihya_hookspecs.access import Actor, Denial
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.rgpd import Subject
from werkzeug.wrappers import Request

from . import csrf
from .keys import MARK, Keys
from .recent import Identity, IdentityCache
from .secret import Secret
from .service import Directory
from .sessions import Sessions
from .tokens import Tokens

if TYPE_CHECKING:
    from dihya_hookspecs.web import Problem
    from werkzeug.wrappers import Response

PASSWORD_PAGE = "/securite/account/password"  # noqa: S105
SECOND_FACTOR_PAGE = "/securite/account/second-factor"
CONFIRM_PAGE = "/securite/account/confirm"
_LOCAL = re.compile(r"^/(?![/\\])[^\\\x00-\x20\x7f]*\Z")
_KNOWN, _BEFORE, _TOKEN = "dihya.securite.known", "dihya.securite.before", "dihya.securite.token"
_PROVEN_IN_THE_BODY = ("/api/v1/securite/tokens", "/api/v1/securite/tokens/refresh")
"""Where new tokens are asked for: clients send the one that has ended along, and are not refused for it."""
_LEAVING = ("/securite/sign-out", "/api/v1/securite/tokens/current")
_OWED = {
    "password": PASSWORD_PAGE,
    "second-factor": SECOND_FACTOR_PAGE,
}
_OPEN = {
    "password": (*_LEAVING, PASSWORD_PAGE, "/api/v1/securite/me/password"),
    "second-factor": (
        *_LEAVING, SECOND_FACTOR_PAGE, CONFIRM_PAGE, "/api/v1/securite/me/confirmation",
        "/api/v1/securite/me/second-factor", "/api/v1/securite/me/second-factor/offer",
    ),
}  # fmt: skip
"""What is open to somebody who owes something: to give it, and to leave."""
_REFUSALS = {
    "password": ("choose a password of your own first", "password-change-required"),
    "second-factor": ("set up a second factor first, on the page of your account", "second-factor-required"),
}


def recognise(request: Request) -> Actor | None:
    """Return who is calling. Raises Refused (401) for a bearer credential that does not hold; a dead cookie is nobody."""
    credential, look_up = _credential(request)
    if look_up is None:
        return None
    recent = get(IdentityCache)
    known = recent.get(credential)
    if known is None:
        epoch = recent.epoch
        if (known := look_up(credential)) is None:
            return None
        recent.put(credential, known, epoch)
    request.environ[_KNOWN] = known
    return known.actor


def _credential(request: Request) -> tuple[str, Callable[[str], Identity | None] | None]:
    """Return what the request shows, a bearer credential before the cookie, and how to find out whose it is."""
    asks = request.method == "POST" and request.path in _PROVEN_IN_THE_BODY
    shown = "" if asks else request.environ.get("HTTP_AUTHORIZATION", "")
    if shown[:6].lower() == "bearer" and not shown[6:7].strip():
        credential = shown[6:].strip()
        return credential, _key if credential.startswith(MARK) else _token
    if "HTTP_COOKIE" in request.environ and (cookie := request.cookies.get(cookie_name(request))):
        return cookie, _session
    return "", None


def _key(credential: str) -> Identity:
    return get(Keys).known(credential)


def _token(credential: str) -> Identity:
    return get(Tokens).known(credential)


def _session(cookie: str) -> Identity | None:
    return get(Sessions).known(cookie)


def known(request: Request) -> Identity:
    """Who was recognised in this request, with the credential. Raises Refused (401) when it is nobody."""
    found: Identity | None = request.environ.get(_KNOWN)
    if found is None:
        raise Refused("this needs an account; sign in", code="sign-in", status=401)
    return found


def signed_in() -> Actor:
    """Who acts in the running act. Raises Refused (401) when it is nobody."""
    actor = current().actor
    if actor is None:
        raise Refused("this needs an account; sign in", code="sign-in", status=401)
    return actor


def objection_at_door(actor: Actor | None, request: Request) -> Denial | None:
    """Return a Denial for a forged request, and at the API for people who must choose a password first."""
    if request.method not in csrf.SAFE and (denial := csrf.objection(get(Secret), actor, request)):
        return denial
    if (owes := _owes(request)) and request.path.startswith("/api/") and request.path not in _OPEN[owes]:
        return Denial(*_REFUSALS[owes])
    return None


def send_to_what_is_owed(request: Request) -> Response | None:
    """Answer every page with the way to the one where a password is chosen, or a second factor set up, where that is due."""
    if not (owes := _owes(request)) or request.path in _OPEN[owes] or _is_harmless(request):
        return None
    from flask import redirect

    return redirect(f"{request.root_path.rstrip('/')}{_OWED[owes]}", 303)


def lead_to_sign_in(problem: Problem, request: Request) -> None:
    """Where a browser asked for a page that needs a sign-in or the password again, answer with the way there."""
    page = {"sign-in": "/securite/sign-in", "reauthenticate": CONFIRM_PAGE}.get(problem.code)
    if page is None:
        return
    root, accepted = request.root_path.rstrip("/"), request.accept_mimetypes
    if not request.path.startswith("/api/") and accepted["text/html"] > accepted["application/json"]:
        problem.headers["Location"] = f"{root}{page}?{urlencode({'next': _here(request, problem.code)})}"
    elif problem.code == "reauthenticate":
        problem.extensions["confirm_at"] = f"{root}/api/v1/securite/me/confirmation"


def _here(request: Request, code: str) -> str:
    """Where to go on afterwards: to the page, or to the one with the form that was sent."""
    if request.method in csrf.SAFE:
        return request.full_path.rstrip("?")
    form = urlsplit(request.headers.get("Referer", ""))
    if code == "sign-in" or form.netloc != request.host:
        return "/"
    return form.path.removeprefix(request.root_path.rstrip("/")) or "/"


def csrf_token() -> str:
    """A CSRF token for a form on the page that is being made."""
    from flask import request

    actor = current().actor
    request.environ[_TOKEN] = True
    if actor is not None and actor.session:
        return csrf.make(get(Secret), f"session:{actor.session}")
    return csrf.make(get(Secret), f"before:{_before(request)}")


class PageTokens:
    """Implements ``dihya_hookspecs.ui.FormTokens``."""

    def token(self) -> str:
        """Return a token for the running request."""
        return csrf_token()


def proves_origin(request: Request) -> bool:
    """True if a form that was sent by nobody in particular (sign-in) comes from our page in the same browser."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return False
    cookie = request.cookies.get(cookie_name(request, "-before"))
    # A cookie that we never gave is refused before the form is parsed for its token.
    return bool(cookie) and _is_ours(cookie) and csrf.fits(get(Secret), f"before:{cookie}", csrf.sent(request))


def keep_before_cookie(request: Request, response: Response) -> None:
    """Send the cookie to which a CSRF token of this page is bound, if one was made; no cache keeps a page with a token."""
    if made := request.environ.get(_BEFORE):
        set_cookie(request, response, made, "-before")
    if request.environ.get(_TOKEN):
        response.headers["Cache-Control"] = "no-store"


def cookie_name(request: Request, suffix: str = "") -> str:
    """``__Host-dihya`` over https, where browsers keep others from setting it; ``dihya`` otherwise."""
    return f"__Host-dihya{suffix}" if request.is_secure else f"dihya{suffix}"


def cookie_path(request: Request) -> str:
    """The root of the application; browsers take a ``__Host-`` cookie for ``/`` only."""
    return "/" if request.is_secure else f"{request.root_path.rstrip('/')}/"


def clear_browser(response: Response) -> None:
    """Tell the browser to forget what it keeps of us (ASVS 14.3.1); browsers obey over https.

    The session's cookie is removed by itself. Not all cookies: the one by which a browser is known again stays.
    """
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def set_cookie(request: Request, response: Response, value: str, suffix: str = "", seconds: int | None = None) -> None:
    """Set our cookie: not for scripts, not for other sites; an empty value removes it."""
    response.set_cookie(
        cookie_name(request, suffix), value, max_age=seconds if value else 0, path=cookie_path(request), secure=request.is_secure,
        httponly=True, samesite="Lax",
    )  # fmt: skip


def local(target: str) -> str:
    """*target* if it is a path on this site, otherwise the start page: nobody is led away after signing in."""
    return target if _LOCAL.match(target) and not target.startswith("/securite/sign-") else "/"


def _before(request: Request) -> str:
    cookie = request.cookies.get(cookie_name(request, "-before")) or request.environ.get(_BEFORE)
    if not cookie or not _is_ours(cookie):
        number = secrets.token_urlsafe(32)
        cookie = request.environ[_BEFORE] = f"{number}.{get(Secret).mac('before', number)}"
    return cookie


def _is_ours(cookie: str) -> bool:
    number, _, proof = cookie.partition(".")
    return hmac.compare_digest(proof.encode(), get(Secret).mac("before", number).encode())


def _owes(request: Request) -> str:
    known = request.environ.get(_KNOWN)
    return known.owes if known is not None else ""


def _is_harmless(request: Request) -> bool:
    """Style sheets and health: public, and no page that a person would stay on."""
    from flask import current_app

    view = current_app.view_functions.get(getattr(request, "endpoint", None) or "")
    return request.path != "/" and hasattr(view, "dihya_public")


def subject_of_account(identifier: str) -> Subject | None:
    """Return the person whose account has this id: what the audit log and other tables name people by."""
    try:
        person = get(Directory).get(uuid.UUID(identifier))
    except (ValueError, NotFound):
        return None
    return Subject("securite_people", str(person.id), "securite")
