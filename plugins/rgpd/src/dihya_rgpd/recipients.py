"""Who gets to see data about people: the roles that may read a table, and the hosts to which a plugin may send some."""

from __future__ import annotations

from typing import Any

from dihya_hookspecs.access import Access
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.net import Egress
from sqlalchemy import Table

from .wording import both

_PLACES = {"local": Text("this machine", "cette machine"), "??": Text("country not stated", "pays non précisé")}


def readers(access: Access, table: Table) -> list[Text]:
    """Return the roles that hold the permission to read *table*; nobody reads one without a permission as a list."""
    permission = access.permissions().get(access.actions(table.info["model"])[0])
    roles = access.roles()
    return [roles[name].caption for name in permission.roles if name in roles] if permission else []


def hosts(declared: list[tuple[str, Egress]], plugin: str) -> list[Text]:
    """Return the hosts to which *plugin* may send data about people, each with its country, what for and on which basis.

    Args:
        declared: what ``register_egress`` answered: plugin and host.
    """
    return [host(one) for owner, one in declared if owner == plugin and one.data]


def host(one: Egress) -> Text:
    """Return a host in words: “mail.example.org (FR; sending mail)”."""
    place, purpose = _PLACES.get(one.country, both(one.country)), both(one.purpose)
    return Text(*(f"{one.host} ({_listed(said, one.basis)})" for said in zip(place, purpose, strict=True)))


def _listed(said: tuple[Any, ...], basis: str) -> str:
    return "; ".join([*said, basis] if basis else said)
