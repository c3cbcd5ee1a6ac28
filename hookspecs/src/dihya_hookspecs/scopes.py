"""Which rows of a table somebody reaches: rules that are declared once, filter a list in SQL and answer for one record."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import DeclarationError
from .access import SIGNED_IN, Actor
from .i18n import Text

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: the actor, None for somebody unknown, and whether they hold a permission."""

    actor: Actor | None
    holds: Callable[[str], bool] = lambda permission: False


@dataclass(frozen=True)
class Rule:
    """A choice of rows. ``|`` reaches the rows of both rules, ``&`` only those that both reach."""

    def rows(self, model: Any, viewer: Viewer) -> ColumnElement[bool]:
        """Return the condition that holds for the rows of *model* that *viewer* reaches."""
        raise NotImplementedError

    @property
    def words(self) -> Text:
        """Which rows these are, as people read it after “you reach”."""
        raise NotImplementedError

    def columns(self) -> tuple[str, ...]:
        """The columns of the table that the rule names."""
        return ()

    def whole(self, viewer: Viewer) -> bool:
        """Whether the rule is known to reach every row, so that no condition is needed."""
        return False

    def __or__(self, other: Rule) -> Rule:
        return Either(self, other)

    def __and__(self, other: Rule) -> Rule:
        return Both(self, other)


@dataclass(frozen=True)
class Everything(Rule):
    """Every row, for everybody, or for whoever has one of the roles *to* or holds the permission *holding*."""

    to: tuple[str, ...] = ()
    holding: str = ""

    def __post_init__(self) -> None:
        """Raises DeclarationError for roles that are not given as a tuple, and for ``SIGNED_IN``, which is none."""
        if isinstance(self.to, str):
            raise DeclarationError(f"Everything(to={self.to!r}) takes a tuple of roles; write to=({self.to!r},)")
        if SIGNED_IN in self.to:
            raise DeclarationError(
                "Everything(to=…) names roles, and SIGNED_IN is none; give the permission to SIGNED_IN"
            )

    def whole(self, viewer: Viewer) -> bool:
        """Whether this viewer is one of those whom the rule means."""
        if not self.to and not self.holding:
            return True
        if viewer.actor is not None and viewer.actor.roles.intersection(self.to):
            return True
        return bool(self.holding) and viewer.holds(self.holding)

    def rows(self, model: Any, viewer: Viewer) -> ColumnElement[bool]:
        """All, or none."""
        from sqlalchemy import false, true

        return true() if self.whole(viewer) else false()

    @property
    def words(self) -> Text:
        """All."""
        return Text("every record", "toutes les fiches")


@dataclass(frozen=True)
class Own(Rule):
    """The rows whose *column* holds the actor's id; a key or token acts for its person. Nobody unknown owns anything."""

    column: str

    def rows(self, model: Any, viewer: Viewer) -> ColumnElement[bool]:
        """The column equals the actor's id."""
        return _equals(getattr(model, self.column), viewer.actor)

    def columns(self) -> tuple[str, ...]:
        """The owner's."""
        return (self.column,)

    @property
    def words(self) -> Text:
        """One's own."""
        return Text("your own records", "vos propres fiches")


@dataclass(frozen=True)
class Team(Rule):
    """The rows whose *column* holds a team to which the actor belongs.

    Args:
        members: the table of who belongs to which team.
        team, person: its columns: the team, and the id of the actor.
    """

    column: str
    members: Any
    team: str
    person: str

    def rows(self, model: Any, viewer: Viewer) -> ColumnElement[bool]:
        """The column is among the teams of the actor."""
        from sqlalchemy import select

        mine = select(getattr(self.members, self.team)).where(_equals(getattr(self.members, self.person), viewer.actor))
        return getattr(model, self.column).in_(mine.correlate(None))  # type: ignore[no-any-return]

    def columns(self) -> tuple[str, ...]:
        """The team's."""
        return (self.column,)

    @property
    def words(self) -> Text:
        """The team's."""
        return Text("the records of your team", "les fiches de votre équipe")


@dataclass(frozen=True)
class Of(Rule):
    """The rows that refer, by the foreign key *column*, to a row that *rule* reaches: the lines of one's own orders."""

    column: str
    rule: Rule

    def rows(self, model: Any, viewer: Viewer) -> ColumnElement[bool]:
        """The reference is among the rows that the other table's rule reaches."""
        from sqlalchemy import select

        key = next(iter(getattr(model, self.column).expression.foreign_keys)).column
        other = key.table.info["model"]
        reached = select(getattr(other, key.key)).where(self.rule.rows(other, viewer))
        return getattr(model, self.column).in_(reached.correlate(None))  # type: ignore[no-any-return]

    def columns(self) -> tuple[str, ...]:
        """The reference."""
        return (self.column,)

    @property
    def words(self) -> Text:
        """What the other rule says of what is referred to."""
        said = self.rule.words
        return Text(f"what belongs to {said.en}", f"ce qui se rattache à : {said.fr}")


@dataclass(frozen=True)
class Where(Rule):
    """The rows for which a condition holds: ``Where(lambda actor: Event.published, Text("published events", …))``.

    Args:
        condition: gets the actor, None for somebody unknown, and returns an SQL expression, True or False.
        said: which rows these are, as people read it.
    """

    condition: Callable[[Actor | None], ColumnElement[bool] | bool]
    said: Text = field(default=Text("the records that a rule shows you", "les fiches qu’une règle vous montre"))

    def rows(self, model: Any, viewer: Viewer) -> ColumnElement[bool]:
        """What the condition says. Raises TypeError when that is no condition."""
        from sqlalchemy import ColumnElement, false, true
        from sqlalchemy.sql.operators import ColumnOperators

        found = self.condition(viewer.actor)
        if isinstance(found, bool):
            return true() if found else false()
        if isinstance(found, (ColumnElement, ColumnOperators)):
            return found
        raise TypeError(
            f"a rule Where(…) returned {type(found).__name__!r}; it must be an SQL condition, True or False"
        )

    @property
    def words(self) -> Text:
        """As given."""
        return self.said


@dataclass(frozen=True)
class Either(Rule):
    """The rows of one rule and those of the other."""

    first: Rule
    second: Rule

    def rows(self, model: Any, viewer: Viewer) -> ColumnElement[bool]:
        """One condition or the other."""
        from sqlalchemy import or_

        return or_(self.first.rows(model, viewer), self.second.rows(model, viewer))

    def whole(self, viewer: Viewer) -> bool:
        """Whether one of them reaches everything."""
        return self.first.whole(viewer) or self.second.whole(viewer)

    def columns(self) -> tuple[str, ...]:
        """Those of both."""
        return self.first.columns() + self.second.columns()

    @property
    def words(self) -> Text:
        """Both, without “every record”, which this reader does not reach."""
        said = [rule.words for rule in (self.first, self.second) if not isinstance(rule, Everything)]
        return said[0] if len(said) == 1 else _joined(self.first.words, self.second.words, "or", "ou")


@dataclass(frozen=True)
class Both(Rule):
    """The rows that two rules reach."""

    first: Rule
    second: Rule

    def rows(self, model: Any, viewer: Viewer) -> ColumnElement[bool]:
        """One condition and the other."""
        from sqlalchemy import and_

        return and_(self.first.rows(model, viewer), self.second.rows(model, viewer))

    def whole(self, viewer: Viewer) -> bool:
        """Whether both reach everything."""
        return self.first.whole(viewer) and self.second.whole(viewer)

    def columns(self) -> tuple[str, ...]:
        """Those of both."""
        return self.first.columns() + self.second.columns()

    @property
    def words(self) -> Text:
        """Both."""
        return _joined(self.first.words, self.second.words, "that are also", "qui sont aussi")


def _equals(column: Any, actor: Actor | None) -> ColumnElement[bool]:
    """Return the condition that a column holds the actor's id, in the column's own type; what does not fit is nobody's."""
    from sqlalchemy import false, literal

    if actor is None or not actor.id:
        return false()
    read = {str: str, int: int, uuid.UUID: uuid.UUID}.get(column.type.python_type)
    if read is None:
        raise TypeError(f"column {column.key!r} holds no actor's id; it must be text, a UUID or a whole number")
    try:
        wanted = read(actor.id)
    except ValueError:
        return false()
    return column == literal(wanted, column.type)  # type: ignore[no-any-return]


def _joined(first: Text, second: Text, en: str, fr: str) -> Text:
    return Text(f"{first.en} {en} {second.en}", f"{first.fr} {fr} {second.fr}")
