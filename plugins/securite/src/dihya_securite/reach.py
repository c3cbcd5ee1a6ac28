"""What somebody may do to an account: never more than they effectively hold, which is their roles within their scopes."""

from __future__ import annotations

from collections.abc import Iterable

from dihya_hookspecs import Refused
from dihya_hookspecs.access import Access, Actor
from dihya_hookspecs.i18n import gettext as _

from .models import Person


class Reach:
    """Refuses what would give an actor more than the actor holds; the operator and the system reach everything.

    Whoever sets somebody's password, or gives an account roles, can act with all of its rights afterwards. People who
    hold ``securite:roles`` may: they can give any role anyway. A key may only where its scopes hold all of these rights.
    """

    def __init__(self, access: Access) -> None:
        self._access = access

    def demand_account(self, actor: Actor, person: Person) -> None:
        """Raise Refused unless *actor* may close, open, rename or erase this account: it is not above the actor."""
        if _unlimited(actor):
            return
        if _is(actor, person):
            self.demand_person(actor)
        elif set(person.roles) - {"user"}:
            self._demand_rights(actor, person.roles)

    def demand_credential(self, actor: Actor, person: Person) -> None:
        """Raise Refused unless *actor* may renew this person's password or take away their second factor; nobody does so
        to themselves."""
        if _is(actor, person):
            raise Refused(
                _(
                    "nobody resets their own password or second factor; change them on your account's page, with the current password"
                ),
                code="own-password",
            )
        self.demand_account(actor, person)
        self.demand_rights(actor, person.roles)

    def demand_rights(self, actor: Actor, roles: Iterable[str]) -> None:
        """Raise Refused unless *actor* may hand over an account that holds *roles*."""
        if not _unlimited(actor) and (actor.scopes is not None or set(roles) - {"user"}):
            self._demand_rights(actor, roles)

    def demand_person(self, actor: Actor) -> None:
        """Raise Refused for a key: it does nothing to its owner's passwords, sessions, keys and account."""
        if actor.kind == "key":
            raise Refused(
                _("a key changes nothing of its owner's account; sign in with the password"), code="person-needed"
            )

    def demand_roles(self, actor: Actor) -> None:
        """Raise Refused unless *actor* may give roles."""
        if not (verdict := self._access.decide(actor, "securite:roles")):
            raise Refused(verdict.reason, code=verdict.code, params=verdict.params)

    def _demand_rights(self, actor: Actor, roles: Iterable[str]) -> None:
        if actor.scopes is None:
            self.demand_roles(actor)
            return
        for permission in self._access.permissions().values():
            given = set(permission.comes_with(frozenset(roles))) - {"guest"}
            if given and not self._access.decide(actor, permission.name):
                raise Refused(
                    _("this account may do what this key may not: %(permission)s", permission=permission.name),
                    code="scope",
                )


def _unlimited(actor: Actor) -> bool:
    return actor.kind in ("operator", "system")


def _is(actor: Actor, person: Person) -> bool:
    return actor.id == str(person.id)
