"""Slots: places on pages into which plugins put something that do not own the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from . import DeclarationError, hookspec

if TYPE_CHECKING:
    from .access import Actor
    from .web import Resource

Place = Literal["dashboard", "record.actions", "record.aside", "list.actions", "account", "admin", "menu"]
PLACES: tuple[str, ...] = get_args(Place)


class Fragment(NamedTuple):
    """A piece of a page: a template of the plugin (``<plugin>/<file>.html``) and what it shows.

    The template is escaped as every other; it has ``page`` (``dihya_hookspecs.ui.PageContext``) and these values.
    """

    template: str
    values: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class SlotContext:
    """What a slot is about.

    Attributes:
        actor: who reads the page; None for somebody unknown.
        plugin, resource: whose list or record it is, on the pages of a resource.
        record: the record, in ``record.actions`` and ``record.aside``.
        path: of the list, below the application's root: ``/club/members/``.
        facts: what else a page tells its slots.
    """

    actor: Actor | None
    plugin: str = ""
    resource: Resource | None = None
    record: Any = None
    path: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


class TimeBudget:
    """The seconds that all slots of one page have together; whoever takes longest is known when they are spent.

    What a function does the first time, when its libraries and templates are loaded, is on the house, unless it takes a second.
    """

    __slots__ = ("longest", "seconds", "spent")

    def __init__(self, seconds: float) -> None:
        self.seconds, self.spent = seconds, 0.0
        self.longest: tuple[float, str, str] | None = None

    def spend(self, plugin: str, what: str, seconds: float) -> None:
        """Count what one of them took."""
        self.spent += seconds
        if self.longest is None or seconds > self.longest[0]:
            self.longest = (seconds, plugin, what)

    @property
    def over(self) -> bool:
        """Whether nothing is left for the others."""
        return self.spent >= self.seconds


@dataclass(frozen=True, slots=True)
class Slot:
    """Something that a plugin puts on pages of others.

    It costs only itself: one that raises or that is not allowed is left out and the page stands. One that was slow is left out
    of the following pages, twice as long each time that it is slow again; and once the slots of a page have taken the
    time that a page has for them (``TimeBudget``), the others are left out of that page, and whoever took longest rests.
    ``dihya plugins`` and the page of plugins then name the plugin and the slot.

    Attributes:
        place: ``dashboard`` (cards of the home page), ``record.actions`` and ``list.actions`` (buttons at the head of a record
            or a list), ``record.aside`` (cards beside a record), ``account`` (cards of one's own account), ``admin`` (cards
            of the overview for administrators), ``menu`` (below the menu).
        name: told when something is wrong with it; once a plugin.
        content: gives the fragment, or None for nothing. It only reads.
        permission: who sees it; None for everybody who sees the page.
        order: lower stands first.
        budget_ms: what takes longer is slow; its first call in a process may take a second.
    """

    place: Place
    name: str
    content: Callable[[SlotContext], Fragment | None]
    permission: str | None
    order: int = 50
    budget_ms: float = 100.0

    def __post_init__(self) -> None:
        """Raises DeclarationError for a place that does not exist."""
        if self.place not in PLACES:
            known = ", ".join(map(repr, PLACES))
            raise DeclarationError(
                f"slot {self.name!r} stands in {self.place!r}, which no page has; write one of {known}"
            )


@hookspec(kind="collect", result=Slot, on_error="quarantine", found=("slots:SLOTS",))
def register_slots() -> Slot | list[Slot]:  # type: ignore[empty-body]
    """Return what the plugin puts on pages of others: cards, buttons, lines."""
