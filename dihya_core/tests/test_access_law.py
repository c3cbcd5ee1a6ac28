"""One law: a list holds exactly what is decided record by record, whatever the rules and policies are."""

import pytest
from dihya_hookspecs.access import SYSTEM, AccessPolicy, Actor, Permission, Role
from dihya_hookspecs.data import Record, Records, impersonal
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.scopes import Everything, Of, Own, Where
from dihya_hookspecs.web import Resource
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from sqlalchemy import ForeignKey, Integer, String, select
from sqlalchemy.orm import Mapped

WORDS = Text("a", "b")


class ThingForm(BaseModel):
    """What is written."""

    title: str


class Thing(Record):
    """A row of the law: two owners, a number, a parent, each of which may be NULL."""

    __tablename__ = "law_things"
    owner: Mapped[str | None] = impersonal("whose", String(8))
    group: Mapped[int | None] = impersonal("which group", Integer)
    size: Mapped[int | None] = impersonal("how large", Integer)
    parent_id: Mapped[object | None] = impersonal("what it belongs to", ForeignKey("law_things.id"))


class Things(Records[Thing]):
    """Things."""

    model = Thing


ACTORS = [
    None,
    *(
        Actor(str(n), "x", frozenset(r))
        for n, r in ((1, {"user"}), (2, {"user", "law:big"}), (3, {"law:big"}), (4, ()))
    ),
]
ROLES = st.sampled_from([(), ("user",), ("law:big",), ("user", "law:big")])


def _sizes(least, nothing):
    """A condition in SQL, and the same in Python by SQL's logic of three values."""
    return Where(lambda actor: (Thing.size >= least) if actor or nothing else False)


LEAVES = st.one_of(
    st.builds(Everything, ROLES), st.builds(lambda: Everything(holding="law:all")),
    st.sampled_from([Own("owner"), Own("group")]), st.builds(_sizes, st.integers(0, 3), st.booleans()),
)  # fmt: skip
RULES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda a, b: a | b, inner, inner), st.builds(lambda a, b: a & b, inner, inner),
        st.builds(lambda rule: Of("parent_id", rule), inner),
    ),
    max_leaves=5,
)  # fmt: skip
ROWS = st.lists(
    st.tuples(
        st.sampled_from([None, "", "1", "2", "3"]), st.sampled_from([None, 1, 2]), st.sampled_from([None, 0, 1, 2, 3]),
        st.none() | st.integers(0, 5),
    ), min_size=1, max_size=6,
)  # fmt: skip


def reached(rule, row, rows, actor, holds):
    """What a rule says of one row, worked out in Python by hand: the law's other witness."""
    from dihya_hookspecs.scopes import Both, Either

    match rule:
        case Everything():
            return rule.whole(type("Viewer", (), {"actor": actor, "holds": staticmethod(holds)}))
        case Own(column):
            value = getattr(row, column)
            return actor is not None and value is not None and str(value) == actor.id
        case Either(first, second):
            return reached(first, row, rows, actor, holds) or reached(second, row, rows, actor, holds)
        case Both(first, second):
            return reached(first, row, rows, actor, holds) and reached(second, row, rows, actor, holds)
        case Of():
            parent = rows.get(row.parent_id)
            return parent is not None and reached(rule.rule, parent, rows, actor, holds)
        case Where():
            least = rule.condition(actor)
            return least is not False and row.size is not None and row.size >= least.right.value
    raise AssertionError(rule)


@pytest.fixture
def law(make_app, plugin):
    """An application whose scope and policies a test exchanges."""
    said = {"policies": ()}
    rule = Where(lambda actor: True)

    def register_permissions():
        return [
            Permission("law:read", WORDS, ("guest", "user", "law:big")), Permission("law:write", WORDS, ("user", "law:big")),
            Permission("law:all", WORDS, ("law:big",)), Role("law:big", WORDS),
        ]  # fmt: skip

    def register_resources():
        return [Resource("things", Things, ThingForm, WORDS, WORDS, "law:read", "law:write", (), scope=Everything())]

    def judge(number):
        return lambda actor, action, model: (
            said["policies"][number] if model and number < len(said["policies"]) else None
        )

    def register_policies():
        return [AccessPolicy(f"p{number}", "law:*", judge(number)) for number in range(3)]

    assert rule
    app = make_app(plugins={"law": plugin(register_permissions, register_resources, register_policies)})
    with app.act(actor=SYSTEM) as act:
        Record.metadata.create_all(act.session.connection(), tables=[Thing.__table__])
    return app, said


def _compare(law, rows, rules, write_rule, policies, actor):
    """Build the rows, ask for the list and for each row, and compare both with what Python makes of the rules."""
    app, said = law
    access = app.flask.access
    resource = access._resources()[Thing][0]
    with app.act(actor=actor) as act:
        session = act.session
        made = [Thing(owner=owner, group=group, size=size) for owner, group, size, _ in rows]
        session.add_all(made)
        session.flush()
        for thing, (*_, parent) in zip(made, rows, strict=True):
            thing.parent_id = made[parent].id if parent is not None and parent < len(made) else None
        session.flush()
        said["policies"] = policies
        object.__setattr__(resource, "scope", rules)
        object.__setattr__(resource, "write_scope", write_rule)
        known, cases = {thing.id: thing for thing in made}, 0
        for action, wanted in (("law:read", [rules, *policies]), ("law:write", [rules, write_rule, *policies])):
            listed = set(session.scalars(access.scope(actor, action, select(Thing)).with_only_columns(Thing.id)))
            for thing in made:
                by_hand = bool(access.decide(actor, action)) and all(
                    reached(rule, thing, known, actor, lambda name: bool(access.decide(actor, name)))
                    for rule in wanted
                    if rule
                )
                alone = bool(access.decide(actor, action, thing))
                assert (thing.id in listed) is alone is by_hand, (rules, policies, actor, thing.owner, thing.size)
                cases += 1
        act.undo()
        return cases


LAW = (ROWS, RULES, st.none() | RULES, st.lists(RULES, max_size=3), st.sampled_from(ACTORS))


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(*LAW)
def test_a_list_holds_what_is_decided_one_by_one(law, rows, rules, write_rule, policies, actor):
    """SQL and the look at each record agree, with NULLs, references, combined rules and several policies."""
    _compare(law, rows, rules, write_rule, policies, actor)


@pytest.mark.exhaustive
@settings(max_examples=10_000, suppress_health_check=list(HealthCheck), deadline=None)
@given(*LAW)
def test_a_list_holds_what_is_decided_one_by_one_many_times(law, rows, rules, write_rule, policies, actor):
    """The same for more than fifty thousand rows."""
    _compare(law, rows, rules, write_rule, policies, actor)
