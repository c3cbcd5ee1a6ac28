"""What can be done with a record beside changing it: methods of a Records class that faces offer by their name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from .. import DeclarationError, Flaw, Invalid, NotFound
from .._marks import mark_of
from ..acts import current
from ..i18n import Text
from .query import MOST
from .selection import MANY, NONE

if TYPE_CHECKING:
    from ..web import Resource

_F = TypeVar("_F", bound=Callable[..., Any])
_ONE = Text("this is done for one record at a time", "cela se fait pour une fiche à la fois")


@dataclass(frozen=True, slots=True)
class Action:
    """A method that people may call on a record.

    Attributes:
        name: how it is called in addresses and in the audit: ``remind``.
        title: the words on its button.
        confirm: the question that is asked first; None for none.
        many: whether it may be done for a selection; all of it is done or none.
        permission: who may; empty for whoever may write the resource.
        confirmed: whoever gave their password longer ago than some minutes is asked for it again first.
        method: the method's name.
    """

    name: str
    title: Text
    confirm: Text | None
    many: bool
    permission: str
    confirmed: bool
    method: str


def action(
    name: str,
    title: tuple[str, str],
    *,
    confirm: tuple[str, str] | None = None,
    many: bool = False,
    permission: str = "",
    confirmed: bool = False,
) -> Callable[[_F], _F]:
    """Offer a method ``(self, record)`` of a Records class as a button and over REST.

    It is called with the record that was asked for, once for each of a selection, after ``permitted(name, record)``. It raises
    Invalid to refuse, in words; what it changes is written with the act, and told to the audit under ``<plugin>.<name>``.

    Args:
        confirmed: for what gives away rights or cannot be undone, as ``requires(…, confirmed=True)`` of a view.
    """

    def mark(method: _F) -> _F:
        asked = Text(*confirm) if confirm else None
        method.dihya_action = Action(  # type: ignore[attr-defined]
            name, Text(*title), asked, many, permission, confirmed, method.__name__
        )
        return method

    return mark


def actions_of(resource: Resource) -> Mapping[str, Action]:
    """Return the actions of a resource by name, in the order in which they are written."""
    found = [
        said
        for cls in reversed(resource.service.__mro__)
        for method in vars(cls).values()
        if (said := mark_of(method, "dihya_action"))
    ]
    return {each.name: each for each in found}


def permission_of(resource: Resource, each: Action) -> str:
    """Return the permission that an action asks for. Raises DeclarationError where nobody writes and it names none."""
    if not (each.permission or resource.write):
        raise DeclarationError(f"action {each.name!r} of {resource.name!r}, which nobody writes, names no permission")
    return each.permission or str(resource.write)


def carry_out(plugin: str, resource: Resource, name: str, ids: Iterable[UUID]) -> int:
    """Do an action for the records and return how many there were.

    Raises:
        NotFound: there is no such action, or no such record that the actor may know of.
        Invalid: nothing or too much was chosen, or the action refuses one of the records.
    """
    each, chosen = actions_of(resource).get(name), list(dict.fromkeys(ids))
    if each is None:
        raise NotFound(f"no action {name[:64]!r} on {resource.name}")
    if not chosen or len(chosen) > (MOST if each.many else 1):
        said = str(NONE) if not chosen else str(MANY) % {"most": MOST} if each.many else str(_ONE)
        raise Invalid(said, flaws=[Flaw("/ids", said)])
    service, table = resource.service.from_container(current()), resource.service.model.__tablename__
    for id in chosen:
        record = service.get(id)
        service.permitted(name, record)
        getattr(service, each.method)(record)
        if record in service.session:  # an action may remove it
            service.written(record)
        current().record(f"{plugin}.{name}", object=f"{table}:{id}")
    return len(chosen)
