"""Who owns which name: what plugins answer is looked through before it is used, and nobody takes what is another's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dihya_hookspecs.access import SHARED_ROLES, Permission, Role

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table

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
    """

    def __init__(self, rank: Callable[[str], Any]) -> None:
        self._rank = rank
        self.owners: dict[tuple[str, str], str] = {}

    def judge(
        self, hook: str, answers: Mapping[str, list[Any]], requires: Callable[[str], Iterable[str]]
    ) -> dict[str, str]:
        """Take the names in the answers to *hook*; return what is wrong, by plugin. Who is at fault takes nothing."""
        faults: dict[str, str] = {}
        for plugin in sorted(answers, key=self._rank):
            try:
                self.take(plugin, CLAIMS[hook](answers[plugin]) if hook in CLAIMS else ())
            except Fault as fault:
                faults[plugin] = str(fault)
        if hook == "register_permissions":
            for plugin, items in answers.items():
                if plugin not in faults and (reason := self._strange_role(plugin, items, requires(plugin))):
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
            owner = self.owners.get((kind, name)) or taken.get((kind, name), "")
            if owner:
                raise Fault(f"it registers {kind} {name!r}, which {_already(owner, plugin)}; choose another name")
            taken[kind, name] = plugin
        self.owners |= taken

    def forget(self, plugin: str) -> None:
        """Let go of the names of a plugin that was taken out."""
        self.owners = {place: owner for place, owner in self.owners.items() if owner != plugin}

    def _strange_role(self, plugin: str, items: Iterable[Any], requires: Iterable[str]) -> str:
        for item in items:
            for role in item.roles if isinstance(item, Permission) else ():
                owner = role.partition(":")[0]
                if role in SHARED or (owner in {plugin, *requires} and self.owners.get(("role", role)) == owner):
                    continue
                hint = f"it may give it to a shared role ({', '.join(sorted(SHARED))}), its own, or one of what it requires"
                return f"it gives {item.name!r} to role {role!r}, which is none of its own; {hint}"
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


def _already(owner: str, plugin: str) -> str:
    return "it registered already" if owner == plugin else f"is plugin {owner!r}'s"


def _rights(answers: Iterable[Any]) -> Iterable[Claim]:
    for item in answers:
        yield Claim("role" if isinstance(item, Role) else "permission", item.name, ":")


CLAIMS: dict[str, Callable[[Iterable[Any]], Iterable[Claim]]] = {"register_permissions": _rights}
