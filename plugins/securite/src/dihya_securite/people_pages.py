"""People for administrators, one by one: add, give roles, close and open accounts, renew passwords."""

from __future__ import annotations

from typing import Any

from dihya_hookspecs import Invalid, Refused
from dihya_hookspecs.access import Access, Role
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Blueprint, redirect, request

from .authenticators import Authenticators
from .faults import sentence
from .identity import signed_in
from .service import Directory
from .sessions import Sessions, number_of

people = Blueprint("securite_people", __name__, url_prefix="/securite/people")


@people.get("/new")
@requires("securite:people")
def new() -> Any:
    """Ask for address, name and roles of somebody to add."""
    return _new()


@people.post("/")
@requires("securite:people", confirmed=True)
def add() -> Any:
    """Add somebody and show their one-time password, once."""
    form = request.form
    try:
        person, given = get(Directory).create(
            signed_in(), form.get("email", ""), form.get("name", ""), form.getlist("roles")
        )
    except Invalid as error:
        current().undo()
        return _new(sentence(error.message), error.status)
    return _one(str(person.id), given or "", status=201)


@people.get("/<id>")
@requires("securite:people")
def one(id: str) -> Any:
    """One person."""
    return _one(id)


@people.post("/<id>/name")
@requires("securite:people")
def rename(id: str) -> Any:
    """Change somebody's name."""
    return _change(id, lambda people: people.rename(signed_in(), id, request.form.get("name", "")))


@people.post("/<id>/roles")
@requires("securite:roles", confirmed=True)
def change_roles(id: str) -> Any:
    """Give somebody exactly the ticked roles."""
    return _change(id, lambda people: people.change_roles(signed_in(), id, request.form.getlist("roles")))


@people.post("/<id>/active")
@requires("securite:people", confirmed=True)
def set_active(id: str) -> Any:
    """Close or open an account."""
    return _change(id, lambda people: people.set_active(signed_in(), id, request.form.get("active") == "yes"))


@people.post("/<id>/password")
@requires("securite:people", confirmed=True)
def reset_password(id: str) -> Any:
    """Give somebody a one-time password and show it, once."""
    return _one(id, get(Directory).reset_password(signed_in(), id))


@people.post("/<id>/second-factor/remove")
@requires("securite:people", confirmed=True)
def take_second_factor_away(id: str) -> Any:
    """Let somebody who has lost app and recovery codes sign in with the password alone."""
    return _change(id, lambda people: get(Authenticators).take_away(signed_in(), id))


@people.post("/<id>/sessions/<number>/end")
@requires("securite:people", confirmed=True)
def end_session(id: str, number: str) -> Any:
    """End one of somebody's sessions."""
    return _change(id, lambda people: get(Sessions).end_one(people.within_reach(signed_in(), id).id, number))


def _change(id: str, change: Any) -> Any:
    try:
        change(get(Directory))
    except (Invalid, Refused) as error:
        current().undo()
        return _one(id, error=sentence(error.message), status=error.status)
    get(Layout).flash(_("The change is saved."), "success")
    return redirect(f"{request.script_root}/securite/people/{id}", 303)


def _new(error: str = "", status: int = 200) -> Any:
    form = request.form
    return get(Layout).page(
        "securite/new_person.html", title=_("Add somebody"), status=status, error=error, email=form.get("email", ""),
        name=form.get("name", ""), roles=_roles(), ticked=form.getlist("roles") or ["user"], may_give_roles=_may_give_roles(),
    )  # fmt: skip


def _one(id: str, one_time: str = "", error: str = "", status: int = 200) -> Any:
    person, actor = get(Directory).get(id), signed_in()
    response = get(Layout).page(
        "securite/person.html", title=person.name or person.email, status=status, person=person, one_time=one_time,
        error=error, roles=_roles(), may_give_roles=_may_give_roles(), oneself=actor.id == str(person.id),
        seen=person.last_seen, current=actor.session,
        sessions=[(number_of(row), row) for row in get(Sessions).of(person.id)],
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


def _roles() -> list[tuple[Role, list[str]]]:
    """Return the roles that people can have, each with what it allows in words."""
    access = get(Access)
    held = sorted((one for one in access.permissions().values()), key=lambda one: str(one.sentence).casefold())
    return [
        (role, [str(one.sentence) for one in held if role.name in one.roles])
        for role in access.roles().values()
        if role.name != "guest"
    ]


def _may_give_roles() -> bool:
    return bool(get(Access).decide(signed_in(), "securite:roles"))
