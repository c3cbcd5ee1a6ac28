"""The language of each request, and words, dates and numbers in templates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import Language, use
from dihya_hookspecs.i18n import language as current_language
from dihya_hookspecs.settings import mine
from flask import Blueprint
from flask.blueprints import BlueprintSetupState
from flask.sansio.app import App

from . import formats
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


def make_blueprint() -> Blueprint:
    """Return a blueprint without routes: it gives templates their filters."""
    blueprint = Blueprint("i18n", __name__)

    def install(state: BlueprintSetupState) -> None:
        give_to_templates(state.app)

    blueprint.record_once(install)
    return blueprint


def give_to_templates(app: App) -> None:
    """Add ``language()``, ``languages()``, ``timezone()`` and the filters ``date``, ``datetime``, ``number`` and ``money``."""
    app.add_template_global(current_language.get, "language")
    app.add_template_global(_languages, "languages")
    app.add_template_global(_timezone, "timezone")
    app.add_template_filter(_date, "date")
    app.add_template_filter(_datetime, "datetime")
    app.add_template_filter(_number, "number")
    app.add_template_filter(_money, "money")


def _languages() -> list[Language]:
    return get(Languages).all()


def _timezone() -> str:
    return mine(Settings).timezone


def _date(value: dt.date | str | None, style: str = "medium") -> str:
    return formats.show_date(value, current_language.get(), mine(Settings).timezone, style)


def _datetime(value: dt.datetime | str | None, style: str = "medium") -> str:
    return formats.show_datetime(value, current_language.get(), mine(Settings).timezone, style)


def _number(value: int | float | Decimal | None) -> str:
    return formats.show_number(value, current_language.get())


def _money(value: int | float | Decimal | None, currency: str = "EUR") -> str:
    return formats.show_money(value, current_language.get(), currency)


BLUEPRINTS = (make_blueprint(),)
