"""Who is calling, and may they?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from . import hookspec
from .i18n import Text

if TYPE_CHECKING:
    from werkzeug.wrappers import Request


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an opaque id that stays the same, a name for people to read, and what they hold.

    Attributes:
        kind: ``person``, ``key`` (an API key, acting for ``id``), ``system`` (the application itself), ``operator``
            (whoever runs a command on the machine).
        scopes: for keys and tokens, the only permissions that count; None for no limit beyond the roles.
        session: the sign-in this request belongs to; CSRF tokens are bound to it.
        confirmed: False when the password was given too long ago for views that want it given again
            (``@requires(…, confirmed=True)``); who has none to give, as a key, counts as confirmed.
    """

    id: str
    name: str
    roles: frozenset[str] = frozenset()
    kind: Literal["person", "key", "system", "operator"] = "person"
    scopes: frozenset[str] | None = None
    session: str | None = field(default=None, repr=False)
    confirmed: bool = True


SYSTEM = Actor("system", "Dihya", frozenset({"admin"}), "system")
OPERATOR = Actor("operator", "operator", frozenset({"admin"}), "operator")


@dataclass(frozen=True, slots=True)
class Role:
    """A role of a plugin's own trade that can be given to people, named ``<plugin>:<role>``: ``club:secretaire``."""

    name: str
    title: Text

    @property
    def caption(self) -> Text:
        """What people read: ``Club – Secrétaire``; a shared role has no plugin before its title."""
        plugin, owned, _ = self.name.partition(":")
        if not owned:
            return self.title
        before = plugin.replace("_", " ").capitalize()
        return Text(f"{before} – {self.title.en}", f"{before} – {self.title.fr}")


SHARED_ROLES = (
    Role("admin", Text("Administrator", "Administrateur")),
    Role("dpo", Text("Data protection officer", "Délégué à la protection des données")),
    Role("auditeur", Text("Auditor", "Auditeur")),
    Role("user", Text("User", "Utilisateur")),
    Role("guest", Text("Guest", "Invité")),
)
"""The only roles without a plugin before their name. They exist in every application; no plugin registers them."""


@dataclass(frozen=True, slots=True)
class Permission:
    """A right, said as a sentence (“see the members”), and the roles that hold it; ``guest`` means anybody.

    Attributes:
        name: ``<plugin>:<right>``.
        roles: written in full: shared ones (``user``), the plugin's own (``club:secretaire``), or those of a plugin that
            it requires. Nobody else's: a right is given only where this plugin says so.
    """

    name: str
    sentence: Text
    roles: tuple[str, ...] = ("admin",)


@dataclass(frozen=True, slots=True)
class Denial:
    """Why an act was refused.

    Attributes:
        params: what the translated sentence of ``code`` names; a Text is said in the reader's language.
    """

    reason: str
    code: str = "refused"
    params: Mapping[str, object] = field(default_factory=dict)


class Access(Protocol):
    """What an actor may do. Provided by the core, from registered permissions and ``check_access``."""

    def denial(self, actor: Actor | None, permission: str, resource: object = None) -> Denial | None:
        """Return why *actor* may not, or None if they may."""

    def demand(self, permission: str, resource: object = None) -> None:
        """Raise Refused unless the actor of the running act holds *permission*."""

    def permissions(self) -> dict[str, Permission]:
        """Every registered permission by name."""

    def roles(self) -> dict[str, Role]:
        """Every role by name: the shared ones, then those that plugins registered."""


@hookspec(
    kind="collect",
    result=(Permission, Role),
    on_error="quarantine",
    found=("permissions:PERMISSIONS", "permissions:ROLES", "models:permissions_in()"),
)
def register_permissions() -> list[Permission | Role]:  # type: ignore[empty-body]
    """Return the permissions that this plugin asks for, named ``<plugin>:<right>``, and roles of its own trade, named ``<plugin>:<role>``.

    The shared roles (``SHARED_ROLES``) are there already. A plugin that names what is another's, or a role that does not
    exist, is quarantined.
    """


@hookspec(kind="first", result=Actor, on_error="deny", budget_ms=20)
def find_actor(request: Request) -> Actor | None:
    """Return who is calling, or None to let another plugin answer. A bad credential raises Refused (status 401)."""


@hookspec(kind="veto", result=Denial, on_error="deny", budget_ms=20)
def check_access(actor: Actor | None, permission: str | None, resource: object) -> Denial | None:
    """Return a Denial to refuse; None means no objection.

    Args:
        permission: what the route requires; None on a public route.
        resource: the object concerned, or the request when it is the door that is being checked.
    """
