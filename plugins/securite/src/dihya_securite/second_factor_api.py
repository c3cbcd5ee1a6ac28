"""The second factor over REST: at the sign-in of programs, for oneself, and for administrators."""

from __future__ import annotations

from typing import Any

from dihya_hookspecs import Invalid, Refused
from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.web import accepts, body, limited, requires
from flask import Blueprint, Response, jsonify, request

from . import forms
from .authenticators import Authenticators
from .identity import signed_in
from .keys import own_id
from .models import Authenticator, Person
from .service import Directory
from .sessions import Sessions

second_factor_api = Blueprint("securite_second_factor_api", __name__)
_BYTES, _PER_MINUTE = 16 * 1024, 30


def demand_second_factor(person: Person, code: str) -> None:
    """Raise Refused (401) unless *code* is right, where somebody's account asks for one."""
    if not person.second_factor:
        return
    if not code:
        raise Refused(
            _("this account has a second factor; send the code that the app shows, or a recovery code, as “code”"),
            code="second-factor", status=401,
        )  # fmt: skip
    if not get(Authenticators).proves(person, code):
        raise Refused(_("the code is not right, or was used before"), code="bad-code", status=401)


@second_factor_api.get("/me/second-factor")
@requires("securite:account")
def show() -> Any:
    """My apps, and how many recovery codes I have left."""
    me, apps = own_id(signed_in()), get(Authenticators)
    return jsonify(items=[_app(row) for row in apps.of(me)], recovery_codes_left=apps.codes_left(me))


@second_factor_api.post("/me/second-factor/offer")
@requires("securite:account", confirmed=True)
def offer() -> Any:
    """A new secret for an app; nothing changes until a code of it is sent with ``offer``, within an hour."""
    made = get(Authenticators).offer(get(Directory).get(own_id(signed_in())), request.host)
    return _secret({"secret": made.secret, "uri": made.uri, "offer": made.sealed}, 200)


@second_factor_api.post("/me/second-factor")
@requires("securite:account", confirmed=True)
@accepts(max_body=_BYTES, seconds=10, fields=20)
@limited(_PER_MINUTE)
def add() -> Any:
    """Take the app that shows ``code``; ``recovery_codes`` in the answer are shown this once. My other sessions end."""
    form, apps, me = body(forms.NewAuthenticator), get(Authenticators), own_id(signed_in())
    offer = apps.accepted(get(Directory).get(me), form.offer, request.host)
    if offer is None:
        raise Invalid(_("this offer is too old, or not yours; ask for another one"), code="old-offer")
    codes = apps.add(signed_in(), offer, form.code.get_secret_value(), form.title)
    get(Sessions).end_others(me, signed_in().session)
    return _secret({"items": [_app(row) for row in apps.of(me)], "recovery_codes": codes}, 201)


@second_factor_api.post("/me/second-factor/codes")
@requires("securite:account", confirmed=True)
def renew_codes() -> Any:
    """New recovery codes, shown this once; those before are worth nothing any more."""
    return _secret({"recovery_codes": get(Authenticators).renew_codes(signed_in())}, 200)


@second_factor_api.delete("/me/second-factor/<id>")
@requires("securite:account", confirmed=True)
def remove(id: str) -> Any:
    """Remove one of my apps; with the last one the recovery codes go too."""
    get(Authenticators).remove(signed_in(), id)
    return "", 204


@second_factor_api.delete("/people/<id>/second-factor")
@requires("securite:people", confirmed=True)
def take_away(id: str) -> Any:
    """Let somebody who has lost app and codes sign in with the password alone; their sessions and tokens end."""
    get(Authenticators).take_away(signed_in(), id)
    return "", 204


def _secret(answer: dict[str, Any], status: int) -> Response:
    response = jsonify(answer)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _app(row: Authenticator) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "title": row.title,
        "created_at": row.created_at.isoformat(),
        "used_at": row.used_at.isoformat(),
    }
