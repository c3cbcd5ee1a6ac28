"""Rules as they are declared: words, columns, and what cannot be meant."""

import uuid

import pytest
from dihya_hookspecs import DeclarationError
from dihya_hookspecs.access import SIGNED_IN, Actor
from dihya_hookspecs.data import Model, Record, impersonal
from dihya_hookspecs.scopes import Everything, Of, Own, Team, Viewer, Where
from sqlalchemy import Boolean, ForeignKey, Integer, String, Uuid, create_engine, select
from sqlalchemy.orm import Mapped, Session

ME = uuid.UUID(int=7)


class Membership(Record):
    """Who belongs to which team."""

    __tablename__ = "scopes_memberships"
    team: Mapped[int | None] = impersonal("a team", Integer)
    person: Mapped[uuid.UUID | None] = impersonal("who", Uuid)


class Task(Record):
    """What a team does; a part of another task, perhaps."""

    __tablename__ = "scopes_tasks"
    name: Mapped[str] = impersonal("a name", String(9))
    team: Mapped[int | None] = impersonal("whose", Integer)
    by: Mapped[uuid.UUID | None] = impersonal("who wrote it", Uuid)
    open: Mapped[bool] = impersonal("for everybody", Boolean, default=False)
    part_of: Mapped[object | None] = impersonal("the whole", ForeignKey("scopes_tasks.id"))


@pytest.fixture(scope="module")
def session():
    """Four tasks: mine, my team's, a part of mine, and another's that is open."""
    engine = create_engine("sqlite://")
    Model.metadata.create_all(engine, tables=[Membership.__table__, Task.__table__])
    with Session(engine) as opened:
        mine = Task(name="mine", by=ME)
        opened.add_all([mine, Task(name="team", team=1), Task(name="other", team=2, open=True)])
        opened.add_all([Membership(team=1, person=ME), Membership(team=2, person=uuid.UUID(int=8)), Membership()])
        opened.flush()
        opened.add(Task(name="part", part_of=mine.id))
        opened.flush()
        yield opened
    engine.dispose()


def seen(session, rule, actor=Actor(str(ME), "Me", frozenset({"user"}))):
    condition = rule.rows(Task, Viewer(actor, lambda permission: permission == "p:all"))
    return set(session.scalars(select(Task.name).where(condition)))


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        (Own("by"), {"mine"}),
        (Own("team"), set()),  # the id of this actor is no number
        (Team("team", Membership, "team", "person"), {"team"}),
        (Of("part_of", Own("by")), {"part"}),
        (Where(lambda actor: Task.open), {"other"}),
        (Where(lambda actor: False), set()),
        (Everything(to=("user",)), {"mine", "team", "part", "other"}),
        (Everything(to=("clerk",)), set()),
        (Everything(holding="p:all"), {"mine", "team", "part", "other"}),
        (Own("by") | Of("part_of", Own("by")), {"mine", "part"}),
        (Everything() & Own("by"), {"mine"}),
        ((Own("by") | Team("team", Membership, "team", "person")) & Where(lambda actor: Task.team == 1), {"team"}),
    ],
)
def test_a_rule_chooses_rows(session, rule, names):
    """By owner, team, reference, condition, role and permission, and by several of them."""
    assert seen(session, rule) == names


@pytest.mark.parametrize("rule", [Own("by"), Team("team", Membership, "team", "person"), Of("part_of", Own("by"))])
@pytest.mark.parametrize("actor", [None, Actor("", "nobody")])
def test_nobody_owns_nothing(session, rule, actor):
    """Somebody unknown, and an actor without an id, reach no row: not even those whose owner is NULL."""
    assert seen(session, rule, actor) == set()


def test_what_is_no_condition_fails():
    """A rule that returns a text would be true in SQL."""
    for answer in ("yes", None, 1):
        with pytest.raises(TypeError, match="must be an SQL condition"):
            Where(lambda actor, answer=answer: answer).rows(Task, Viewer(None))
    with pytest.raises(TypeError, match="holds no actor's id"):
        Own("open").rows(Task, Viewer(Actor("1", "x")))


def test_whoever_is_signed_in_is_no_role_of_a_row_or_a_column():
    """``SIGNED_IN`` in a list of roles would show the row or the column to nobody; it is refused."""
    for declare in (lambda: Everything(to=(SIGNED_IN,)), lambda: impersonal("x", visible_to=(SIGNED_IN,))):
        with pytest.raises(DeclarationError, match="SIGNED_IN is none"):
            declare()


def test_a_lone_text_is_no_tuple_of_roles():
    """``to="admin"`` would be five roles of one letter."""
    with pytest.raises(DeclarationError, match="takes a tuple of roles"):
        Everything(to="admin")
    with pytest.raises(DeclarationError, match="takes a tuple of roles"):
        impersonal("x", String(9), visible_to="admin")


def test_rules_say_in_words_what_they_reach():
    """In English and French; “every record”, which the reader does not reach, is left out."""
    rule = Own("by") | Everything(to=("admin",))
    assert rule.words == ("your own records", "vos propres fiches")
    assert (Own("by") & Own("by")).words.en == "your own records that are also your own records"
    assert Of("part_of", Own("by")).words.en == "what belongs to your own records"
    assert rule.columns() == ("by",)
