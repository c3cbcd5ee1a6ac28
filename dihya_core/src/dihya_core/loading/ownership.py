"""Who owns which name: what plugins answer is looked through before it is used, and nobody takes what is another's."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, NamedTuple

from dihya_hookspecs.access import SHARED_ROLES, SIGNED_IN, Permission, Role
from dihya_hookspecs.generation import Template

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table

CORE = "core"
SHARED = frozenset(role.name for role in SHARED_ROLES)


class Claim(NamedTuple):
    """A name that an answer holds; *between* is what stands between the plugin and the rest, empty for a free name."""

    kind: str
    name: str
    between: str = ""


class Fault(ValueError):
    """A plugin names what it may not; the message says what, whose it is, and what to write."""


class Ownership:
    """The owners of all names in one application.

    Args:
        rank: seniority of a plugin: of two that want one name, the one with the lower rank keeps it.
        requires: what a plugin requires.
        permissions: names of all registered permissions.
    """

    def __init__(
        self,
        rank: Callable[[str], Any],
        requires: Callable[[str], Iterable[str]] = lambda plugin: (),
        permissions: Callable[[], Container[str]] = tuple,
    ) -> None:
        self._rank, self._requires, self._permissions = rank, requires, permissions
        self.owners: dict[tuple[str, str], str] = {}

    def judge(self, hook: str, answers: Mapping[str, list[Any]]) -> dict[str, str]:
        """Take the names in the answers to *hook*; return what is wrong, by plugin. Who is at fault takes nothing."""
        faults: dict[str, str] = {}
        if hook == "register_commands":
            self.owners |= {("command", name): CORE for name in core_commands()}
        claims = CLAIMS.get(hook, _nothing)
        for plugin in sorted(answers, key=self._rank):
            try:
                self.take(plugin, claims(plugin, answers[plugin]))
            except Fault as fault:
                faults[plugin] = str(fault)
        strange = self._strange_role if hook == "register_permissions" else self._strange_permission
        for plugin, items in answers.items():
            if plugin not in faults and (reason := strange(plugin, items)):
                faults[plugin] = reason
                self.forget(plugin)
        return faults

    def take(self, plugin: str, claims: Iterable[Claim]) -> None:
        """Make *plugin* the owner of all these names, or of none. Raises Fault."""
        taken: dict[tuple[str, str], str] = {}
        for kind, name, between in claims:
            if between and not name.startswith(f"{plugin}{between}"):
                owner = name.partition(between)[0] if between in name else ""
                whose = f", which is for plugin {owner!r} to name" if owner else ""
                raise Fault(f"it registers {kind} {name!r}{whose}; what {plugin!r} owns is named '{plugin}{between}…'")
            place = (kind, name if between else spelled(name))
            owner = self.owners.get(place) or taken.get(place, "")
            if owner:
                raise Fault(f"it registers {kind} {name!r}, which {_already(owner, plugin)}; choose another name")
            taken[place] = plugin
        self.owners |= taken

    def forget(self, plugin: str) -> None:
        """Let go of the names of a plugin that was taken out."""
        self.owners = {place: owner for place, owner in self.owners.items() if owner != plugin}

    def _strange_role(self, plugin: str, items: Iterable[Any]) -> str:
        for item in items:
            for role in item.roles if isinstance(item, Permission) else ():
                owner = role.partition(":")[0]
                within = owner == plugin or owner in self._requires(plugin)
                if role in SHARED or role == SIGNED_IN or (within and self.owners.get(("role", role)) == owner):
                    continue
                hint = f"it may give it to a shared role ({', '.join(sorted(SHARED))}), SIGNED_IN, its own, or one of what it requires"
                return f"it gives {item.name!r} to role {role!r}, which is none of its own; {hint}"
        return ""

    def _strange_permission(self, plugin: str, items: Iterable[Any]) -> str:
        for item in (getattr(one, "__event__", one) for one in items):
            for key in ("permission", "read", "write"):
                asked = getattr(item, key, None)
                if isinstance(asked, str) and asked not in self._permissions():
                    return (
                        f"its {type(item).__name__} {item.name!r} asks for {asked!r}, which no active plugin registers"
                    )
        return ""


def strange_tables(
    metadata: MetaData, packages: Mapping[str, str], loose: Iterable[str] = (), importing: str = ""
) -> Iterator[tuple[Table, str]]:
    """Set ``table.info["plugin"]`` where it is missing; yield tables that bear another plugin's name, with the reason.

    A table belongs to the plugin in whose package its model stands. Only for plugins in memory, which may stand anywhere,
    the beginning of its name decides.

    Args:
        packages: import package → plugin.
        loose: names of plugins in memory.
        importing: the plugin whose models were just imported; it owns tables that were made without a model.
    """
    for table in list(metadata.tables.values()):
        if "plugin" in table.info:
            continue
        module = getattr(table.info.get("model"), "__module__", "")
        owner = packages.get(module.partition(".")[0]) or ("" if module else importing)
        if not owner:
            owner = max((name for name in loose if table.name.startswith(f"{name}_")), key=len, default="")
        if owner:
            table.info["plugin"] = owner
            if not table.name.startswith(f"{owner}_"):
                yield table, f"it has table {table.name!r}; what {owner!r} owns is named '{owner}_…'"


def spelled(name: str) -> str:
    """Return what all spellings of a name have in common: ``Dihya-People`` and ``dihya_people`` are one."""
    return re.sub(r"[-_.]+", "_", name).lower()


def core_commands() -> list[str]:
    """Return the names of the core's own commands, those in groups that plugins add to included."""
    from dihya_core.cli.main import CORE as OWN
    from dihya_core.cli.main import OPEN

    within = [f"{group} {name}" for group in OPEN for name in resolve_name(OWN[group]).commands]
    return [spelled(name) for name in (*OWN, *within)]


def _already(owner: str, plugin: str) -> str:
    if owner == CORE:
        return "is the core's"
    return "it registered already" if owner == plugin else f"is plugin {owner!r}'s"


def _nothing(plugin: str, answers: Iterable[Any]) -> Iterator[Claim]:
    return iter(())


def _access(plugin: str, answers: Iterable[Any]) -> Iterator[Claim]:
    return (Claim("role" if isinstance(item, Role) else "permission", item.name, ":") for item in answers)


def _commands(plugin: str, answers: Iterable[Any]) -> Iterator[Claim]:
    """A group of the name of an open one of the core is not claimed itself: its commands are added to that one."""
    from dihya_core.cli.main import OPEN

    for item in answers:
        added = getattr(item, "commands", None) if item.name in OPEN else None
        names = [item.name or plugin] if added is None else [f"{item.name} {name}" for name in added]
        yield from (Claim("command", name) for name in names)


def _providers(plugin: str, answers: Iterable[Any]) -> Iterator[Claim]:
    return (Claim("AI provider", name) for name in dict.fromkeys(item.card.provider for item in answers))


def _events(plugin: str, answers: Iterable[Any]) -> Iterator[Claim]:
    for cls in answers:
        if not hasattr(cls, "__event__"):
            raise Fault(
                f"it registers {cls.__name__}, which is no event; put @event('{plugin}.…', permission=…) above it"
            )
        yield Claim("event", cls.__event__.name, ".")


def _templates(plugin: str, answers: Iterable[Any]) -> Iterator[Claim]:
    return (Claim("business template", item.name) for item in answers if isinstance(item, Template))


def _owned(kind: str, between: str = "", key: str = "name") -> Callable[[str, Iterable[Any]], Iterator[Claim]]:
    """Names that are said in full, ``<plugin><between>…``, or that are free for whoever comes first."""
    return lambda plugin, answers: (
        Claim(kind, str(getattr(item, key)), between) for item in answers if hasattr(item, key)
    )


def _keys(plugin: str, answers: Iterable[Any]) -> Iterator[Claim]:
    """A plugin's own name is that of its first key."""
    names = (f"{item.name}." if item.name == plugin else item.name for item in answers)
    return (Claim("key", name, ".") for name in names)


def _scoped(kind: str) -> Callable[[str, Iterable[Any]], Iterator[Claim]]:
    """Names that are only known together with their plugin's: nobody else's can be meant, but each is given once."""
    return lambda plugin, answers: (Claim(kind, f"{plugin}/{item.name}", "/") for item in answers)


def _once_only(kind: str) -> Callable[[str, Iterable[Any]], Iterator[Claim]]:
    """What a plugin says of itself, once."""
    return lambda plugin, answers: (Claim(kind, f"{plugin}/", "/") for _ in answers)


CLAIMS: dict[str, Callable[[str, Iterable[Any]], Iterator[Claim]]] = {
    "register_ai_providers": _providers,
    "register_anchors": _owned("anchor"),
    "register_audit_actions": _owned("audit action", "."),
    "register_backup_parts": _owned("backup part"),
    "register_applications": _once_only("application"),
    "register_commands": _commands,
    "register_console_pages": _owned("page", key="path"),
    "register_events": _events,
    "register_health_checks": _scoped("health check"),
    "register_keys": _keys,
    "register_languages": _owned("language", key="code"),
    "register_links": _owned("link"),
    "register_middleware": _scoped("middleware step"),
    "register_permissions": _access,
    "register_policies": _scoped("access policy"),
    "register_resources": _scoped("resource"),
    "register_routes": _owned("blueprint"),
    "register_setup": _scoped("setup step"),
    "register_slots": _scoped("slot"),
    "register_subscriptions": _owned("subscription", "."),
    "register_tasks": _owned("task", "."),
    "register_templates": _templates,
}
"""The names in the answers to each hook. A hook without names of its own, such as ``register_egress``, has no line."""
