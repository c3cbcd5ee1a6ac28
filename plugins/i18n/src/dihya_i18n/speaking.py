"""The language of each request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import language as current_language
from dihya_hookspecs.i18n import use
from dihya_hookspecs.settings import mine

from .negotiation import COOKIE, kept, negotiate
from .service import Languages
from .settings import Settings

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

YEAR = 365 * 24 * 3600
FOR_PEOPLE = {"text/html", "application/problem+json"}


def language_of(request: Request) -> str:
    """Negotiate the language of a request and speak it from now on."""
    languages = get(Languages)
    code = negotiate(
        languages.codes(),
        languages.default(),
        chosen=_asked(request),
        cookie=request.cookies.get(COOKIE) if "HTTP_COOKIE" in request.environ else None,
        header=request.environ.get("HTTP_ACCEPT_LANGUAGE"),
        setting=mine(Settings).language,
    )
    languages.speak(code)
    return code


def _asked(request: Request) -> str | None:
    return request.args.get("lang") if request.environ.get("QUERY_STRING") else None


def choose_language(request: Request) -> None:
    """The step before rights are checked."""
    language_of(request)


def choose_language_of_person(request: Request) -> None:
    """The step before the view, when it is known who asks: their own setting counts."""
    if current().actor is not None and mine(Settings).language != get(Settings).language:
        language_of(request)


def say_language(request: Request, response: Response) -> None:
    """The step after the view: name the language of what people read, remember a choice, and fall silent.

    The thread that answers next, and whoever it answers, must not inherit this reader's language.
    """
    if response.mimetype in FOR_PEOPLE:
        response.headers.setdefault("Content-Language", current_language.get())
        response.vary.update(("Accept-Language", "Cookie"))
    chosen = _asked(request)
    if chosen and chosen in get(Languages).codes():
        value = kept(chosen, mine(Settings).language)
        response.set_cookie(COOKIE, value, max_age=YEAR, samesite="Lax", secure=request.is_secure, httponly=True)
    use("en", None)
