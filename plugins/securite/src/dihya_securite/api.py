"""The REST interface: tokens, oneself, making API keys and changing people, below ``/api/v1/securite``.

Lists of people and keys are resources.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from dihya_hookspecs import Invalid, Refused
from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.web import accepts, body, demand_match, limited, public, requires
from flask import Blueprint, Response, jsonify, request

from . import forms
from .crowd import closing_when_full
from .identity import known, signed_in
from .keys import Keys, own_id
from .models import ApiKey, Person, SignIn
from .reach import Reach
from .second_factor_api import demand_second_factor
from .service import Directory
from .sessions import Sessions, SignInService, number_of
from .tokens import Tokens

api = Blueprint("securite_api", __name__)
SIGN_IN_BYTES = 16 * 1024
SIGN_INS_PER_MINUTE = 30
"""For one address and each way to sign in; ``middleware.rate_factor`` widens it."""


@api.post("/tokens")
@public("whoever asks for tokens is not known yet; the password is checked")
@accepts(max_body=SIGN_IN_BYTES, seconds=10, fields=20)
@limited(SIGN_INS_PER_MINUTE)
def issue_tokens() -> Any:
    """Exchange address and password for an access and a refresh token."""
    form = body(forms.Credentials)
    with closing_when_full(request):
        person = get(SignInService).recognise(form.email, form.password.get_secret_value(), request.remote_addr)
    if person is None:
        raise Refused(_("the e-mail address or the password is not right"), code="bad-credential", status=401)
    if person.must_change_password:
        raise Refused(_("sign in with a browser and choose a password first"), code="password-change-required")
    demand_second_factor(person, form.code.get_secret_value())
    return _secret(asdict(get(Tokens).issue(person)), 201)


@api.post("/tokens/refresh")
@public("the refresh token itself is the proof")
@accepts(max_body=SIGN_IN_BYTES, seconds=10, fields=20)
@limited(SIGN_INS_PER_MINUTE)
def refresh_tokens() -> Any:
    """Exchange a refresh token for new tokens; each can be used once."""
    return _secret(asdict(get(Tokens).refresh(body(forms.Refresh).refresh_token)), 200)


@api.delete("/tokens/current")
@requires("securite:account")
def revoke_tokens() -> Any:
    """Revoke the access token that is shown, with its refresh token."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or "." not in token:
        raise Invalid("there is no access token to revoke; send it as Authorization: Bearer", status=400)
    get(Tokens).revoke(token.strip())
    return "", 204


@api.get("/me")
@requires("securite:account")
def me() -> Any:
    """Who I am, with my roles and the permissions that count for this credential."""
    return jsonify(_person(get(Directory).get(own_id(signed_in()))) | {"kind": signed_in().kind})


@api.patch("/me")
@requires("securite:account")
def change_me() -> Any:
    """Change my name."""
    form = body(forms.OwnName)
    return jsonify(_person(get(Directory).rename(signed_in(), own_id(signed_in()), form.name)))


@api.post("/me/password")
@requires("securite:account")
@accepts(max_body=SIGN_IN_BYTES, seconds=10, fields=20)
@limited(SIGN_INS_PER_MINUTE)
def change_my_password() -> Any:
    """Change my password; every session and token ends."""
    form, me = body(forms.NewPassword), str(own_id(signed_in()))
    get(Reach).demand_person(signed_in())
    old, new = form.old_password.get_secret_value(), form.password.get_secret_value()
    if get(SignInService).change_password(me, old, new, request.remote_addr) is None:
        raise Invalid(_("the current password is not right"), code="bad-credential")
    return "", 204


@api.post("/me/confirmation")
@requires("securite:account")
@accepts(max_body=SIGN_IN_BYTES, seconds=10, fields=20)
@limited(SIGN_INS_PER_MINUTE)
def confirm() -> Any:
    """Give my password again: acts that ask for it (401 ``reauthenticate``) are open for some minutes."""
    get(Reach).demand_person(signed_in())
    password = body(forms.Confirmation).password.get_secret_value()
    if not get(SignInService).confirm(signed_in().id, password, request.remote_addr):
        raise Invalid(_("the current password is not right"), code="bad-credential")
    get(Sessions).confirm(known(request))
    return "", 204


@api.get("/me/sessions")
@requires("securite:account")
def my_sessions() -> Any:
    """My sessions in browsers."""
    return jsonify(items=[_session(row) for row in get(Sessions).of(own_id(signed_in()))])


@api.delete("/me/sessions")
@requires("securite:account")
def end_my_sessions() -> Any:
    """Sign out everywhere: sessions and tokens end, API keys stay."""
    get(Reach).demand_person(signed_in())
    get(Directory).sign_out_everywhere(own_id(signed_in()))
    return "", 204


@api.delete("/me/sessions/others")
@requires("securite:account")
def end_my_other_sessions() -> Any:
    """End all my sessions in browsers but the one that asks."""
    get(Reach).demand_person(signed_in())
    get(Sessions).end_others(own_id(signed_in()), signed_in().session)
    return "", 204


@api.delete("/me/sessions/<number>")
@requires("securite:account")
def end_my_session(number: str) -> Any:
    """End one of my sessions in browsers."""
    get(Reach).demand_person(signed_in())
    get(Sessions).end_one(own_id(signed_in()), number)
    return "", 204


@api.post("/keys")
@requires("securite:keys", confirmed=True)
def create_key() -> Any:
    """Create an API key; ``key`` in the answer is shown this once."""
    form = body(forms.NewKey)
    row, secret = get(Keys).create(signed_in(), form.title, form.scopes, form.expires_at)
    return _secret(_key(row) | {"key": secret}, 201)


@api.delete("/keys/<id>")
@requires("securite:keys")
def remove_key(id: str) -> Any:
    """Remove one of my API keys."""
    get(Keys).remove(signed_in(), id)
    return "", 204


@api.post("/people")
@requires("securite:people", confirmed=True)
def add_person() -> Any:
    """Add somebody; ``one_time_password`` in the answer is shown this once. Roles need ``securite:roles``."""
    form = body(forms.NewPerson)
    password = form.password.get_secret_value() if form.password else None
    person, given = get(Directory).create(signed_in(), form.email, form.name, form.roles, password)
    return _secret(_person(person) | ({"one_time_password": given} if given else {}), 201)


@api.patch("/people/<id>")
@requires("securite:people", confirmed=True)
def change_person(id: str) -> Any:
    """Change somebody's name, or close and open their account; ``If-Match`` guards against overwriting."""
    form, people = body(forms.PersonChange), get(Directory)
    before = people.get(id).version
    named = demand_match(request, before)
    if form.name is not None:
        people.rename(signed_in(), id, form.name, before if named else None)
    if form.active is not None:
        people.set_active(signed_in(), id, form.active)
    return _tagged(people.get(id))


@api.put("/people/<id>/roles")
@requires("securite:roles", confirmed=True)
def change_roles(id: str) -> Any:
    """Give somebody exactly these roles; nobody does so for themselves. ``If-Match`` guards against overwriting."""
    wanted, people = body(forms.Roles).roles, get(Directory)
    demand_match(request, people.get(id).version)
    return _tagged(people.change_roles(signed_in(), id, wanted))


@api.post("/people/<id>/password")
@requires("securite:people", confirmed=True)
def reset_password(id: str) -> Any:
    """Give somebody a one-time password; it is shown this once."""
    return _secret({"one_time_password": get(Directory).reset_password(signed_in(), id)}, 200)


@api.get("/people/<id>/sessions")
@requires("securite:people")
def sessions_of(id: str) -> Any:
    """Somebody's sessions in browsers."""
    return jsonify(items=[_session(row) for row in get(Sessions).of(get(Directory).get(id).id)])


@api.delete("/people/<id>/sessions/<number>")
@requires("securite:people", confirmed=True)
def end_session(id: str, number: str) -> Any:
    """End one of somebody's sessions."""
    get(Sessions).end_one(get(Directory).within_reach(signed_in(), id).id, number)
    return "", 204


def _secret(body: dict[str, Any], status: int) -> Response:
    response = jsonify(body)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _tagged(person: Person) -> Response:
    response = jsonify(_person(person) | {"last_seen": _day(person.last_seen)})
    response.set_etag(str(person.version))
    return response


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _person(person: Person) -> dict[str, Any]:
    return {
        "id": str(person.id),
        "email": person.email,
        "name": person.name,
        "roles": person.roles,
        "active": person.active,
        "must_change_password": person.must_change_password,
        "second_factor": person.second_factor,
        "version": person.version,
        "created_at": person.created_at.isoformat(),
    }


def _session(row: SignIn) -> dict[str, Any]:
    return {
        "id": number_of(row),
        "browser": row.browser,
        "created_at": row.created_at.isoformat(),
        "seen_at": row.seen_at.isoformat(),
        "expires_at": row.expires_at.isoformat(),
        "current": row.id == signed_in().session,
    }


def _key(row: ApiKey) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "title": row.title,
        "prefix": row.prefix,
        "scopes": row.scopes,
        "created_at": row.created_at.isoformat(),
        "expires_at": row.expires_at.isoformat() if row.expires_at else None,
        "used_at": row.used_at.isoformat() if row.used_at else None,
    }
