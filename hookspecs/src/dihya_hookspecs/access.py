"""Who is calling, and may they?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from . import hookspec
from .i18n import Text

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select
    from werkzeug.wrappers import Request

    from .scopes import Rule


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

SIGNED_IN = "signed-in"
"""In place of a role, in ``Permission.roles``: whoever is signed in, whatever their roles. A guest is not."""


@dataclass(frozen=True, slots=True)
class Permission:
    """A right, said as a sentence (“see the members”), and the roles that hold it.

    ``guest`` among them means anybody, ``SIGNED_IN`` whoever is signed in: for what concerns oneself, such as one's account.

    Attributes:
        name: ``<plugin>:<right>``.
        roles: written in full: shared ones (``user``), the plugin's own (``club:secretaire``), or those of a plugin that
            it requires. Nobody else's: a right is given only where this plugin says so.
    """

    name: str
    sentence: Text
    roles: tuple[str, ...] = ("admin",)

    def comes_with(self, roles: frozenset[str] | None) -> list[str]:
        """Return what brings this right to somebody with these *roles*, None for nobody known: roles, ``SIGNED_IN``, ``guest``."""
        held = {"guest"} if roles is None else {"guest", *roles}
        if roles is not None and roles != {"guest"}:
            held.add(SIGNED_IN)
        return sorted(held.intersection(self.roles))


@dataclass(frozen=True, slots=True)
class Denial:
    """Why an act was refused.

    Attributes:
        params: what the translated sentence of ``code`` names; a Text is said in the reader's language.
    """

    reason: str
    code: str = "refused"
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an actor may, and why; true in a condition when they may.

    Attributes:
        by: what decided, for whoever looks after the rules: ``permission 'club:read'``, ``policy 'night' of plugin 'x'``.
        code, params: as in a ``Denial``; ``allowed`` when they may.
    """

    allowed: bool
    reason: str
    by: str
    code: str = "allowed"
    params: Mapping[str, object] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """A rule above the permissions of all plugins: it refuses, or narrows what is reached; it never allows.

    Attributes:
        actions: which permissions it is about, a pattern: ``club:*``, ``*:write_*``, ``*``.
        judge: gets the actor, the permission and the table (None where no table is concerned) and returns None (no
            objection), a Denial (refused, whatever the record) or a Rule (these rows only). Because one answer serves
            lists and single records, the two cannot disagree.
        judge_record: also asked of one record, for what SQL cannot say; returns a Denial or None. Lists that such a
            policy is about are refused, since nobody can tell which of their rows it would take out.
    """

    name: str
    actions: str = "*"
    judge: Callable[[Actor | None, str, Any], Denial | Rule | None] | None = None
    judge_record: Callable[[Actor | None, str, Any], Denial | None] | None = None


class Access(Protocol):
    """What an actor may do: permissions open doors, the rules of a table choose its rows and columns, policies narrow
    both. Provided by the core. ``system`` and ``operator`` may everything.
    """

    def decide(self, actor: Actor | None, action: str, object: Any = None) -> Decision:
        """Tell whether *actor* holds the permission *action* and, given a record, whether they reach it with that."""

    def demand(self, action: str, object: Any = None) -> None:
        """Raise Refused unless the actor of the running act may; NotFound for a record that they may not know of."""

    def scope(self, actor: Actor | None, action: str, select: Select[Any]) -> Select[Any]:
        """Return *select*, of a model, with only those rows for which ``decide`` says yes.

        Raises:
            Refused: a policy failed, or cannot judge lists.
        """

    def rows(self, actor: Actor | None, action: str, model: type) -> ColumnElement[bool] | None:
        """Return the condition for the rows that *actor* reaches once the door is open; None for all. Raises Refused."""

    def reaches(self, actor: Actor | None, action: str, record: Any) -> Decision:
        """Tell whether ``rows`` holds *record*, and what decided; the permission itself is not asked for."""

    def hidden(self, actor: Actor | None, action: str, model: type) -> frozenset[str]:
        """Return the columns that *actor* does not see, and for an action that writes also those they may not write."""

    def actions(self, model: type) -> tuple[str, str]:
        """Return the permissions to read and to write a table, or what a ``Records`` class serves.

        A table that no resource shows has ``<table>:read`` and ``<table>:write``: no permissions, but names by which its
        rules and policies are asked.
        """

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


@hookspec(kind="collect", result=AccessPolicy, on_error="quarantine", found=("policies:POLICIES",))
def register_policies() -> AccessPolicy | list[AccessPolicy]:  # type: ignore[empty-body]
    """Return policies: rules above the permissions of all plugins, which refuse or narrow.

    A policy that raises refuses. As long as a plugin with this hook is quarantined, everything that asks for a
    permission is refused: nobody knows what its policies would have said. Disable it to go on without them.
    """


@hookspec(kind="first", result=Actor, on_error="deny", budget_ms=20)
def find_actor(request: Request) -> Actor | None:
    """Return who is calling, or None to let another plugin answer. A bad credential raises Refused (status 401).

    Called once for each request, before rights are checked.
    """


@hookspec(kind="veto", result=Denial, on_error="deny", budget_ms=20)
def check_access(actor: Actor | None, permission: str | None, request: Request) -> Denial | None:
    """Return a Denial to refuse a request at the door; None means no objection. For records there are policies.

    Called for each request, once the permission of its route was found to be held.

    Args:
        permission: what the route requires; None on a public route.
    """
