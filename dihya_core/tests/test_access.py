"""Default deny at the door, rules for rows and columns, and one answer for a record and for a list."""

import uuid

import pytest
from dihya_hookspecs import DeclarationError, Invalid, NotFound, Refused
from dihya_hookspecs.access import OPERATOR, SYSTEM, Access, AccessPolicy, Actor, Denial, Permission, Role
from dihya_hookspecs.data import Record, Records, impersonal
from dihya_hookspecs.fields import Reference
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.resources import Filter, Query, where
from dihya_hookspecs.scopes import Everything, Of, Own, Where
from dihya_hookspecs.web import Resource
from pydantic import BaseModel
from sqlalchemy import ForeignKey, Integer, String, func, select
from sqlalchemy.orm import Mapped

WORDS = Text("a", "b")
ANN, BOB = Actor("ann", "Ann", frozenset({"user"})), Actor("bob", "Bob", frozenset({"user"}))
CLERK = Actor("clerk", "Clerk", frozenset({"lend:clerk"}))


class Reader(Record):
    """Somebody who borrows."""

    __tablename__ = "lend_readers"
    account: Mapped[str | None] = impersonal("an id", String(40), index=True)


class Loan(Record):
    """What was lent to whom."""

    __tablename__ = "lend_loans"
    reader_id: Mapped[uuid.UUID | None] = impersonal("whose", Reference("lend.readers"))
    title: Mapped[str] = impersonal("a book", String(40))
    days: Mapped[int | None] = impersonal("how long", Integer)
    note: Mapped[str | None] = impersonal(
        "of the clerk", String(40), visible_to=("lend:clerk",), editable_by=("lend:clerk",)
    )
    fee: Mapped[int | None] = impersonal("money", Integer, editable_by=("lend:clerk",))


class Readers(Records[Reader]):
    """Readers."""

    model = Reader


class Loans(Records[Loan]):
    """Loans."""

    model = Loan
    search = ("title", "note")
    order = "title"


class LoanForm(BaseModel):
    """What is written."""

    title: str


MINE = Of("reader_id", Own("account")) | Everything(to=("lend:clerk",))


def resource(write="lend:write", **more):
    return Resource("loans", Loans, LoanForm, WORDS, WORDS, "lend:read", write, ("title",), **more)


def register_permissions():
    both = ("user", "lend:clerk")
    return [
        Permission("lend:read", Text("see loans", "voir les prêts"), both), Permission("lend:write", WORDS, both),
        Permission("lend:all", WORDS, ("lend:clerk",)), Role("lend:clerk", Text("Clerk", "Employé")),
    ]  # fmt: skip


@pytest.fixture
def lending(make_app, plugin):
    """Return a function that starts the lending, with a loan of Ann, one of Bob and one of nobody."""

    def start(*policies, **more):
        more.setdefault("scope", MINE)

        def register_resources():
            return [resource(**more)]

        def register_policies():
            return list(policies)

        app = make_app(plugins={"lend": plugin(register_permissions, register_resources, register_policies)})
        with app.act(actor=SYSTEM) as act:
            Record.metadata.create_all(
                act.session.connection(), tables=[Record.metadata.tables["db_bin"], Reader.__table__, Loan.__table__]
            )
            readers = {name: Reader(account=name) for name in ("ann", "bob")}
            act.session.add_all(readers.values())
            act.session.flush()
            for name in ("ann", "bob", None):
                owner = readers[name].id if name else None
                act.session.add(Loan(reader_id=owner, title=f"of {name}", days=3, note=f"secret {name}"))
        return app

    return start


def titles(act):
    return [loan.title for loan in Loans(act.session).find().items]


def loan_of(act, name):
    return act.session.scalar(select(Loan).where(Loan.title == f"of {name}"))


def test_one_act_judges_a_permission_once(lending):
    """A menu with sixty pages asks sixty times; the policies behind it are asked once."""
    asked = []
    app = lending(AccessPolicy("count", judge=lambda actor, action, model: asked.append(action)))
    with app.act(actor=ANN) as act:
        access = act.get(Access)
        assert all(access.decide(ANN, "lend:read") for _ in range(60))
        assert access.decide(CLERK, "lend:all") and not access.decide(ANN, "lend:all")
    assert asked == ["lend:read", "lend:all"]


def test_members_see_their_own_loans(lending):
    """Lists, counts, searches and single records show members their own loans alone; whoever works there sees all."""
    app = lending()
    with app.act(actor=ANN) as act:
        found = Loans(act.session).find(total=True)
        assert ([loan.title for loan in found.items], found.total) == (["of ann"], 1)
        assert Loans(act.session).count(Query("bob")) == 0
        assert Loans(act.session).count(Query("ann")) == 1
        assert Loans(act.session).get(loan_of(act, "ann").id).title == "of ann"
        for name in ("bob", "None"):
            with pytest.raises(NotFound, match="no record"):
                Loans(act.session).get(loan_of(act, name).id)
        assert [one.title for one in Loans(act.session).some(act.session.scalars(select(Loan.id)))] == ["of ann"]
    with app.act(actor=CLERK) as act:
        assert titles(act) == ["of None", "of ann", "of bob"]
    with app.act() as act:
        assert titles(act) == []


@pytest.mark.parametrize("write", ["change", "remove"])
def test_what_one_may_not_know_of_cannot_be_written(lending, write):
    """Who may not know of a record is told that it is not there."""
    app = lending()
    with pytest.raises(NotFound), app.act(actor=ANN) as act:
        found = loan_of(act, "bob").id
        Loans(act.session).change(found, {"title": "mine"}) if write == "change" else Loans(act.session).remove(found)


def test_what_one_sees_but_may_not_write_is_refused_in_words(lending):
    """403, with the words of the rule, since the record is no secret."""
    app = lending(scope=Everything(), write_scope=MINE)
    with app.act(actor=ANN) as act:
        assert len(titles(act)) == 3
        Loans(act.session).change(loan_of(act, "ann").id, {"title": "of ann", "days": 4})
    with pytest.raises(Refused) as refused, app.act(actor=ANN) as act:
        Loans(act.session).change(loan_of(act, "bob").id, {"days": 4})
    assert (
        refused.value.code == "row" and refused.value.params["rows"].fr == "ce qui se rattache à : vos propres fiches"
    )


def test_nobody_writes_a_record_out_of_their_reach(lending):
    """Neither a new one for somebody else nor their own that they hand over."""
    app = lending()
    with app.act(actor=SYSTEM) as act:
        bob = act.session.scalar(select(Reader.id).where(Reader.account == "bob"))
    for values in ({"reader_id": bob, "title": "x"}, {"title": "x"}):
        with pytest.raises(NotFound), app.act(actor=ANN) as act:
            Loans(act.session).add(values)
    with pytest.raises(NotFound), app.act(actor=ANN) as act:
        Loans(act.session).change(loan_of(act, "ann").id, {"reader_id": bob})
    with app.act(actor=CLERK) as act:
        assert titles(act) == ["of None", "of ann", "of bob"]


def test_a_hidden_column_is_not_searched_filtered_or_sorted_by(lending):
    """Whoever tries is refused, in a sentence that does not name the column either."""
    app = lending(scope=Everything())
    with app.act(actor=ANN) as act:
        loans = Loans(act.session)
        assert loans.count(Query("secret")) == 0
        for asked in (Query(sort=("note",)), Query(sort=("-note",)), Query(filters=where(note="secret bob"))):
            with pytest.raises(Invalid, match="unknown column 'note'") as refused:
                loans.find(asked)
            assert "note" not in str(refused.value).partition(";")[2]
        assert act.get(Access).hidden(ANN, "lend:read", Loan) == {"note"}
        assert act.get(Access).hidden(ANN, "lend:write", Loan) == {"note", "fee"}
    with app.act(actor=CLERK) as act:
        assert Loans(act.session).count(Query("secret")) == 3
        assert len(Loans(act.session).find(Query(sort=("note",))).items) == 3


def test_a_list_whose_order_is_hidden_has_another(lending, monkeypatch):
    """A list that is ordered by a hidden column stays a list, in another order."""
    monkeypatch.setattr(Loans, "order", "-note")
    with lending(scope=Everything()).act(actor=ANN) as act:
        assert len(Loans(act.session).find().items) == 3


@pytest.mark.parametrize("name", ["note", "fee"])
def test_a_column_that_one_may_not_write_is_no_field(lending, name):
    """New records and changes leave the column out; sending back what stands there is no change."""
    app = lending()
    for write in ("add", "change"):
        with pytest.raises(Invalid) as refused, app.act(actor=ANN) as act:
            found = loan_of(act, "ann")
            values = {"title": "x", "reader_id": found.reader_id, name: 5}
            Loans(act.session).add(values) if write == "add" else Loans(act.session).change(found.id, {name: 5})
        assert [flaw.pointer for flaw in refused.value.flaws] == [f"/{name}"]
    with app.act(actor=ANN) as act:
        found = loan_of(act, "ann")
        Loans(act.session).change(found.id, {"fee": None, "days": 9})
        Loans(act.session).add({"title": "x", "reader_id": found.reader_id, name: None})


def test_a_reference_to_a_hidden_record_is_one_to_none(make_app, plugin, lending, monkeypatch):
    """The same words as for a record that does not exist: nobody finds out by trying."""
    monkeypatch.setattr(Reader, "__scope__", Own("account"))
    app = lending(scope=Everything())
    with app.act(actor=SYSTEM) as act:
        ann, bob = (act.session.scalar(select(Reader.id).where(Reader.account == name)) for name in ("ann", "bob"))
    with app.act(actor=ANN) as act:
        Loans(act.session).add({"reader_id": ann, "title": "x"})
        for write in (
            lambda: Loans(act.session).add({"reader_id": bob, "title": "x"}),
            lambda: Loans(act.session).change(loan_of(act, "ann").id, {"reader_id": bob}),
        ):
            with pytest.raises(Invalid) as refused:
                write()
            assert (refused.value.code, refused.value.status) == ("referred", 409)


def test_a_reference_to_a_narrowed_table_may_be_written_as_text(lending, monkeypatch):
    """Sample data and files say ids as text: what a form takes, the question whether the record may be known takes too."""
    monkeypatch.setattr(Reader, "__scope__", Own("account"))
    app = lending(scope=Everything())
    with app.act(actor=ANN) as act:
        ann = act.session.scalar(select(Reader.id).where(Reader.account == "ann"))
        added = Loans(act.session).add({"reader_id": str(ann), "title": "x"})
        Loans(act.session).change(added.id, {"reader_id": str(ann)})
        assert added.reader_id == ann
        with pytest.raises(Invalid) as refused:
            Loans(act.session).add({"reader_id": "nobody", "title": "x"})
        assert [flaw.pointer for flaw in refused.value.flaws] == ["/reader_id"]


def test_a_scope_names_columns_of_its_table():
    """What it names wrongly is found when the class is made."""
    with pytest.raises(ValueError, match="scope of resource 'loans' names 'author_id'"):
        resource(scope=Own("author_id"))
    with pytest.raises(ValueError, match="one permission for reading and writing"):
        Resource("x", Loans, LoanForm, WORDS, WORDS, "lend:read", "lend:read", (), write_scope=MINE)
    with pytest.raises(DeclarationError, match="its scope names 'owner'"):

        class Wrong(Record):
            __tablename__ = "lend_wrong"
            __scope__ = Own("owner")


def test_what_nobody_writes_by_a_form_keeps_its_rules_for_writing(lending):
    """With ``write=None`` rules and policies are asked by the name of the table; actions and code obey them."""
    app = lending(scope=Everything(), write_scope=MINE, write=None)
    with app.act(actor=ANN) as act:
        access, records = act.get(Access), Loans(act.session)
        assert access.actions(Loans) == access.actions(Loan) == ("lend:read", "lend_loans:write")
        records.permitted("remind", loan_of(act, "ann"))
        with pytest.raises(Refused, match="with this right you reach"):
            records.permitted("remind", loan_of(act, "bob"))
        assert not access.decide(ANN, "lend_loans:write")


def test_a_private_column_is_shown_by_no_list(lending):
    """Whoever asks: it is neither seen nor searched, filtered or sorted by, and the table's own code still reads it."""
    app = lending(scope=Everything(), private=("days", "note"))
    with app.act(actor=CLERK) as act:
        records = Loans(act.session)
        assert records.hidden() == {"days", "note"}
        assert records.find(Query("secret")).items == [] and loan_of(act, "bob").note == "secret bob"
        for query in (Query(filters=where(days=3)), Query(sort=("days",))):
            with pytest.raises(Invalid):
                records.find(query)
    with pytest.raises(ValueError, match="private columns of resource 'loans' name 'diary'"):
        resource(private=("diary",))


def test_a_demand_says_not_found_for_what_one_may_not_know_of(lending):
    """A record that one may not know of is not found, and one that one sees is refused with 403."""
    app = lending(scope=Everything(), write_scope=MINE)
    with app.act(actor=ANN) as act:
        access, theirs = act.get(Access), loan_of(act, "bob")
        access.demand("lend:read", theirs)
        with pytest.raises(Refused) as refused:
            access.demand("lend:write", theirs)
        assert refused.value.status == 403
        with pytest.raises(Refused, match="you lack a right"):
            access.demand("lend:all", theirs)
    with lending().act(actor=ANN) as act, pytest.raises(NotFound):
        act.get(Access).demand("lend:read", loan_of(act, "bob"))


def test_a_policy_refuses_or_narrows_the_actions_of_others(lending):
    """A policy counts for lists and single records alike."""
    policy = AccessPolicy("short", "lend:*", lambda actor, action, model: Where(lambda actor: Loan.days < 2))
    app = lending(policy, AccessPolicy("closed", "lend:write", lambda *_: Denial("closed on Sundays", "closed")))
    with app.act(actor=CLERK) as act:
        access = act.get(Access)
        assert titles(act) == []
        assert access.decide(CLERK, "lend:read") and not access.decide(CLERK, "lend:read", loan_of(act, "ann"))
        refused = access.decide(CLERK, "lend:write")
        assert (refused.code, refused.by) == ("closed", "policy 'closed' of plugin 'lend'")
        with pytest.raises(Refused, match="closed on Sundays"):
            access.rows(CLERK, "lend:write", Loan)
    with app.act(actor=SYSTEM) as act:
        assert len(titles(act)) == 3


@pytest.mark.parametrize("answer", [ValueError("no"), "yes", True])
def test_a_policy_that_fails_refuses_by_name(lending, answer):
    """What it should have said, nobody knows."""

    def judge(actor, action, model):
        if isinstance(answer, Exception):
            raise answer
        return answer

    with lending(AccessPolicy("broken", "lend:read", judge)).act(actor=CLERK) as act:
        access = act.get(Access)
        assert access.decide(CLERK, "lend:read").by == "policy 'broken' of plugin 'lend'"
        assert access.decide(CLERK, "lend:read").code == "policy-failed"
        with pytest.raises(Refused, match="policy 'broken' of plugin 'lend' failed"):
            Loans(act.session).find()
        assert access.decide(CLERK, "lend:all")


def test_a_rule_that_fails_shows_nothing(lending):
    """The list is refused in words, and so is each record."""
    app = lending(scope=Where(lambda actor: Loan.title == actor.nickname))
    with app.act(actor=ANN) as act:
        assert act.get(Access).decide(ANN, "lend:read", loan_of(act, "ann")).code == "policy-failed"
        with pytest.raises(Refused, match="the scope of loans failed"):
            Loans(act.session).find()


def test_a_policy_that_judges_one_record_shows_no_list(lending):
    """Nobody can tell which rows it would take out, and filtering afterwards would tell how many there are."""
    policy = AccessPolicy(
        "one", "lend:read", judge_record=lambda actor, action, loan: Denial("no") if "bob" in loan.title else None
    )
    with lending(policy).act(actor=CLERK) as act:
        access = act.get(Access)
        assert access.decide(CLERK, "lend:read", loan_of(act, "ann"))
        assert not access.decide(CLERK, "lend:read", loan_of(act, "bob"))
        with pytest.raises(Refused, match="one record at a time"):
            Loans(act.session).find()
        assert Loans(act.session).get(loan_of(act, "ann").id).title == "of ann"
        with pytest.raises(Refused):
            Loans(act.session).get(loan_of(act, "bob").id)


def test_as_long_as_policies_are_lost_nothing_is_open(make_app, plugin):
    """A plugin with policies that is quarantined leaves no open door; the operator may, to disable it."""

    def register_policies():
        raise ValueError("broken")

    app = make_app(plugins={"lend": plugin(register_permissions), "night": plugin(register_policies)})
    with app.act(actor=ANN) as act:
        refused = act.get(Access).decide(ANN, "lend:read")
        assert (refused.code, refused.by) == ("policy-lost", "the policies of plugin 'night'")
        assert "disable it to go on without them" in refused.reason
        assert act.get(Access).decide(OPERATOR, "lend:read")


def test_what_is_not_stored_is_nobodys(lending):
    """A record that no list can hold is not reached, except where there is no rule."""
    with lending().act(actor=CLERK) as act:
        assert act.get(Access).decide(CLERK, "lend:read", Loan(title="x"))
    with lending(scope=Own("title")).act(actor=ANN) as act:
        assert not act.get(Access).decide(ANN, "lend:read", Loan(title="ann"))


def test_a_scope_is_for_the_select_of_a_model(lending):
    """An alias would be joined to the table itself, and every row of it be shown."""
    from sqlalchemy.orm import aliased

    with lending().act(actor=ANN) as act:
        access = act.get(Access)
        assert [loan.title for loan in act.session.scalars(access.scope(ANN, "lend:read", select(Loan)))] == ["of ann"]
        assert act.session.scalars(access.scope(None, "lend:read", select(Loan))).all() == []
        for wrong in (select(aliased(Loan)), select(func.count())):
            with pytest.raises(TypeError, match="select of a model"):
                access.scope(ANN, "lend:read", wrong)


class Shelf(Record):
    """What refers to a loan, to look through it at what is hidden there."""

    __tablename__ = "lend_shelves"
    loan_id: Mapped[object | None] = impersonal("its loan", ForeignKey(Loan.id))


class Shelves(Records[Shelf]):
    """Shelves."""

    model = Shelf
    search = ("loan_id.note", "loan_id.title")


@pytest.mark.parametrize("path", ["loan_id.note", "-loan_id.note"])
def test_a_path_through_a_reference_reaches_no_hidden_column_and_no_hidden_row(lending, path):
    """Filters, orders and searches look through references as their reader does."""
    app = lending()
    with app.act(actor=SYSTEM) as act:
        Record.metadata.create_all(act.session.connection(), tables=[Record.metadata.tables["db_bin"], Shelf.__table__])
        act.session.add_all(Shelf(loan_id=loan_of(act, name).id) for name in ("ann", "bob"))
    with app.act(actor=ANN) as act:
        shelves = Shelves(act.session)
        with pytest.raises(Invalid, match="unknown column"):
            shelves.find(Query(sort=(path,)))
        with pytest.raises(Invalid, match="unknown column"):
            shelves.find(Query(filters=(Filter(path.lstrip("-"), "contains", "s"),)))
        assert [shelves.count(Query(word)) for word in ("secret", "bob", "ann")] == [0, 0, 1]
        assert shelves.count(Query(filters=(Filter("loan_id.title", "contains", "of"),))) == 1
    with app.act(actor=CLERK) as act:
        assert [Shelves(act.session).count(Query(word)) for word in ("secret", "bob")] == [2, 1]
