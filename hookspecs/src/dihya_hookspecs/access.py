"""Who is calling, and may they?"""

from __future__ import annotations

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
    """

    id: str
    name: str
    roles: frozenset[str] = frozenset()
    kind: Literal["person", "key", "system", "operator"] = "person"
    scopes: frozenset[str] | None = None
    session: str | None = field(default=None, repr=False)


SYSTEM = Actor("system", "Dihya", frozenset({"admin"}), "system")
OPERATOR = Actor("operator", "operator", frozenset({"admin"}), "operator")


@dataclass(frozen=True, slots=True)
class Role:
    """A role that can be given to people: ``secretaire``."""

    name: str
    title: Text


@dataclass(frozen=True, slots=True)
class Permission:
    """A right, said as a sentence (“see the members”), and the roles that hold it; ``guest`` means anybody."""

    name: str
    sentence: Text
    roles: tuple[str, ...] = ("admin",)


@dataclass(frozen=True, slots=True)
class Denial:
    """Why an act was refused."""

    reason: str
    code: str = "refused"


class Access(Protocol):
    """What an actor may do. Provided by the core, from registered permissions and ``check_access``."""

    def denial(self, actor: Actor | None, permission: str, resource: object = None) -> Denial | None:
        """Return why *actor* may not, or None if they may."""

    def demand(self, permission: str, resource: object = None) -> None:
        """Raise Refused unless the actor of the running act holds *permission*."""

    def permissions(self) -> dict[str, Permission]:
        """Every registered permission by name."""

    def roles(self) -> dict[str, Role]:
        """Every registered role by name."""


@hookspec(kind="collect", result=(Permission, Role), on_error="quarantine")
def register_permissions() -> list[Permission | Role]:  # type: ignore[empty-body]
    """Return the permissions that this plugin asks for, named ``<plugin>:<right>``, and roles of its own trade."""


@hookspec(kind="first", result=Actor, on_error="deny", hot=True, budget_ms=20)
def find_actor(request: Request) -> Actor | None:
    """Return who is calling, or None to let another plugin answer. A bad credential raises Refused (status 401)."""


@hookspec(kind="veto", result=Denial, on_error="deny", hot=True, budget_ms=20)
def check_access(actor: Actor | None, permission: str | None, resource: object) -> Denial | None:
    """Return a Denial to refuse; None means no objection.

    Args:
        permission: what the route requires; None on a public route.
        resource: the object concerned, or the request when it is the door that is being checked.
    """
