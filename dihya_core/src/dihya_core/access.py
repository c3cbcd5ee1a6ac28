"""Who may do what: registered permissions, default deny, and the plugins that may object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import Refused
from dihya_hookspecs.access import SHARED_ROLES, Actor, Denial, Permission, Role
from dihya_hookspecs.acts import current
from dihya_hookspecs.i18n import Text

if TYPE_CHECKING:
    from dihya_core.runtime import Runtime


class AccessRules:
    """Implements ``dihya_hookspecs.access.Access``."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._sorted: tuple[object, dict[str, Permission], dict[str, Role]] = (None, {}, {})

    def permissions(self) -> dict[str, Permission]:
        """Every registered permission by name."""
        return self._registered()[1]

    def roles(self) -> dict[str, Role]:
        """Every role by name: the shared ones, then those that plugins registered."""
        return self._registered()[2]

    def _registered(self) -> tuple[object, dict[str, Permission], dict[str, Role]]:
        """Sort what was collected by name, once; a quarantine makes the application collect anew."""
        found = self._runtime.collected("register_permissions")
        if self._sorted[0] is not found:
            roles = {role.name: role for role in SHARED_ROLES}
            roles |= {item.name: item for _, item in found if isinstance(item, Role)}
            self._sorted = (found, {item.name: item for _, item in found if isinstance(item, Permission)}, roles)
        return self._sorted

    def denial(self, actor: Actor | None, permission: str, resource: object = None) -> Denial | None:
        """Return why *actor* may not, or None."""
        if actor is not None and actor.kind in ("operator", "system"):
            return None
        known = self.permissions().get(permission)
        if known is None:
            return Denial(f"permission {permission!r} is not registered by any active plugin")
        if "guest" not in known.roles:
            if actor is None:
                return Denial(f"sign in first; a right is needed: {known.sentence.en}", "sign-in")
            if not actor.roles.intersection(known.roles):
                return self._without_role(known)
        if actor is not None and actor.scopes is not None and permission not in actor.scopes:
            reason = f"this key or token lacks the scope {permission!r}: {known.sentence.en}"
            return Denial(reason, "scope", {"right": known.sentence, "scope": permission})
        if resource is not None:
            return self.objection(actor, permission, resource)
        return None

    def _without_role(self, permission: Permission) -> Denial:
        """Say in words which right is missing, with which roles it comes, and who gives them."""
        known = self.roles()
        captions = [known[name].caption for name in permission.roles if name in known]
        roles = Text(" or ".join(role.en for role in captions), " ou ".join(role.fr for role in captions))
        reason = f"you lack a right: {permission.sentence.en}; it comes with the role {roles.en}, which an administrator can give you"
        return Denial(reason, "role", {"right": permission.sentence, "roles": roles})

    def demand(self, permission: str, resource: object = None) -> None:
        """Raise Refused unless the actor of the running act may."""
        actor = current().actor
        if denial := self.denial(actor, permission, resource):
            raise refusal(denial, actor)

    def objection(self, actor: Actor | None, permission: str | None, resource: object) -> Denial | None:
        """Ask the plugins; the first objection counts."""
        ask = self._runtime.hook_caller.hooks["check_access"].call
        objections = ask(actor, permission, resource) if ask else ()
        return objections[0][1] if objections else None


def refusal(denial: Denial, actor: Actor | None) -> Refused:
    """Return the error for a denial: 401 for somebody unknown who should sign in, otherwise 403."""
    if actor is None and denial.code == "sign-in":
        return Refused(denial.reason, code="sign-in", status=401, headers={"WWW-Authenticate": "Bearer"})
    return Refused(denial.reason, code=denial.code, params=denial.params)


def unconfirmed() -> Refused:
    """Return the error for somebody who must give the password again (RFC 9470)."""
    return Refused(
        "this asks for your password again; you gave it too long ago", code="reauthenticate", status=401,
        headers={"WWW-Authenticate": 'Bearer error="insufficient_user_authentication"'},
    )  # fmt: skip
