"""Every way to write a row gives an audit event that is true, or is refused before anything is written."""

from types import SimpleNamespace

import pytest
from dihya_db.change_tracking import Change, Changes
from dihya_db.statements import Untracked
from dihya_hookspecs import hookimpl
from dihya_hookspecs.data import Database, Model, Record, impersonal, key
from sqlalchemy import ForeignKey, String, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, relationship


class Town(Record):
    """A table with a uniqueness rule, and others that point to it."""

    __tablename__ = "ways_two_words_towns"
    name: Mapped[str] = impersonal("a place", String(40), unique=True)
    size: Mapped[int] = impersonal("a number", default=0)
    streets: Mapped[list["Street"]] = relationship(cascade="all, delete-orphan", back_populates="town")


class Street(Record):
    """Rows that SQLAlchemy removes with their town."""

    __tablename__ = "ways_streets"
    town_id: Mapped[object] = impersonal("a reference", ForeignKey("ways_two_words_towns.id"), nullable=True)
    town: Mapped[Town] = relationship(back_populates="streets")


class Sign(Record):
    """Rows that the database removes with their town."""

    __tablename__ = "ways_signs"
    town_id: Mapped[object] = impersonal("a reference", ForeignKey("ways_two_words_towns.id", ondelete="CASCADE"))


class Nail(Record):
    """Rows that the database removes with a row that it removes itself."""

    __tablename__ = "ways_nails"
    sign_id: Mapped[object] = impersonal("a reference", ForeignKey("ways_signs.id", ondelete="CASCADE"))


class Map(Record):
    """Rows that the database empties when their town goes."""

    __tablename__ = "ways_maps"
    town_id: Mapped[object] = impersonal(
        "a reference", ForeignKey("ways_two_words_towns.id", ondelete="SET NULL"), nullable=True
    )


class Queue(Model, audited=False):
    """A table that is a queue."""

    __tablename__ = "ways_queue"
    id: Mapped[object] = key()
    line: Mapped[str] = impersonal("a line", String(40))


TABLES = (Town, Street, Sign, Nail, Map, Queue)
for model in TABLES:
    model.__table__.info["plugin"] = "ways"


@pytest.fixture
def app(make_app):
    """An application with the tables above and three towns, A with a street, two signs, three nails and a map."""
    started = make_app(plugins={"ways": SimpleNamespace()})
    with started.act("ways.sow") as act:
        a = Town(name="A", streets=[Street()])
        act.session.add_all([a, Town(name="B"), Town(name="C")])
        act.session.flush()
        signs = [Sign(town_id=a.id), Sign(town_id=a.id)]
        act.session.add_all([*signs, Map(town_id=a.id)])
        act.session.flush()
        act.session.add_all([Nail(sign_id=signs[0].id) for _ in range(3)])
    started.trail.clear()
    return started


def do(app, work):
    """Run *work* in an act and return what the trail says of rows: (action, table, has a key, columns, rows)."""
    with app.act("ways.work") as act:
        work(act.session)
    assert {(event.plugin, event.outcome) for event in app.trail} <= {("ways", "done")}
    found = []
    for event in app.trail:
        if event.action != "ways.work":
            table, _, key = event.object.partition(":")
            found.append(
                (
                    event.action,
                    table.removeprefix("ways_"),
                    bool(key),
                    set(event.facts["columns"]),
                    event.facts.get("rows"),
                )
            )
    return found


def town(session, name="A"):
    return session.scalars(select(Town).where(Town.name == name)).one()


T = "two_words_towns"
NEW = {"id", "version", "name", "size", "created_at", "changed_at"}


def upsert(session):
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    made = dialect.insert(Town).values([{"name": "A", "version": 1}, {"name": "D", "version": 1}])
    session.execute(made.on_conflict_do_update(index_elements=["name"], set_={"size": 9}))


def nothing(session):
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(Town).values(name="A", version=1).on_conflict_do_nothing())


def change(session):
    found = town(session)
    found.size = 5


def cascade(session):
    session.delete(town(session))


def orphan(session):
    found = town(session)  # the session itself holds it weakly
    found.streets.clear()


WAYS = {
    "add": (lambda s: s.add(Town(name="D")), [("insert", T, True, NEW, None)]),
    "attribute": (change, [("update", T, True, {"size"}, None)]),
    "delete": (lambda s: s.delete(town(s, "B")), [("delete", T, True, set(), None)]),
    "orphan": (orphan, [("delete", "streets", True, set(), None)]),
    "update(Model)": (
        lambda s: s.execute(update(Town).where(Town.name != "A").values(size=1)),
        [("update", T, False, {"size", "changed_at"}, 2)],
    ),
    "update(Model) of one": (
        lambda s: s.execute(update(Town).where(Town.id == town(s).id).values(size=1)),
        [("update", T, True, {"size", "changed_at"}, None)],
    ),
    "update(table), text keys": (
        lambda s: s.execute(update(Town.__table__).values(size=1)),
        [("update", T, False, {"size", "changed_at"}, 3)],
    ),
    "update(table), an expression": (
        lambda s: s.execute(update(Town.__table__).values({Town.__table__.c.size: Town.__table__.c.size + 1})),
        [("update", T, False, {"size", "changed_at"}, 3)],
    ),
    "query.update": (
        lambda s: s.query(Town).filter(Town.name == "B").update({"size": 3}),
        [("update", T, False, {"size", "changed_at"}, 1)],
    ),
    "update returning": (
        lambda s: s.scalars(update(Town).values(size=1).returning(Town.id)).all(),
        [("update", T, False, {"size", "changed_at"}, 3)],
    ),
    "update returning, read halfway": (
        lambda s: s.scalar(update(Town).values(size=1).returning(Town.id)),
        [("update", T, False, {"size", "changed_at"}, 3)],
    ),
    "update of several by key": (
        lambda s: s.execute(update(Town), [{"id": town(s, n).id, "size": 4, "version": 1} for n in "AB"]),
        [("update", T, True, {"size", "version", "changed_at"}, None)] * 2,
    ),
    "query.delete": (
        lambda s: s.query(Town).filter(Town.name == "B").delete(),
        [("delete", T, False, set(), 1)],
    ),
    "insert(Model)": (lambda s: s.execute(insert(Town).values(name="D", version=1)), [("insert", T, True, NEW, None)]),
    "insert(Model), a list": (
        lambda s: s.execute(insert(Town), [{"name": n, "version": 1} for n in "DEF"]),
        [("insert", T, False, NEW, 3)],
    ),
    "insert(table), a list": (
        lambda s: s.execute(insert(Town.__table__), [{"name": n, "version": 1} for n in "DEF"]),
        [("insert", T, False, NEW, 3)],
    ),
    "insert(table), a list, returning": (
        lambda s: s.execute(
            insert(Town.__table__).returning(Town.id), [{"name": f"{n}", "version": 1} for n in range(2500)]
        ),
        [("insert", T, False, NEW, 2500)],
    ),
    "insert(table), several values": (
        lambda s: s.execute(insert(Town.__table__).values([{"name": n, "version": 1} for n in "DE"])),
        [("insert", T, False, NEW, 2)],
    ),
    "insert from select": (
        lambda s: s.execute(insert(Map).from_select(["id", "version"], select(Street.id, Street.version))),
        [("insert", "maps", False, {"id", "version", "created_at", "changed_at"}, 1)],
    ),
    "upsert": (upsert, [("insert", T, False, NEW, 2)]),
    "upsert of nothing": (nothing, []),
    "bulk_save_objects": (
        lambda s: s.bulk_save_objects([Town(name="D"), Town(name="E")]),
        [("insert", T, False, NEW, 2)],
    ),
    "bulk_insert_mappings": (
        lambda s: s.bulk_insert_mappings(Town, [{"name": "D"}, {"name": "E"}]),
        [("insert", T, False, NEW, 2)],
    ),
    "bulk_update_mappings": (
        lambda s: s.bulk_update_mappings(Town, [{"id": town(s, n).id, "version": 1, "size": 7} for n in "AB"]),
        [("update", T, True, {"size", "version", "changed_at"}, None)] * 2,
    ),
    "the session's connection": (
        lambda s: s.connection().execute(update(Town).values(size=2)),
        [("update", T, False, {"size", "changed_at"}, 3)],
    ),
    "text update": (
        lambda s: s.execute(
            text("UPDATE ways_two_words_towns SET size = :n, name = upper(name) WHERE name <> 'A; B'"), {"n": 3}
        ),
        [("update", T, False, {"size", "name"}, 3)],
    ),
    "text insert": (
        lambda s: (
            s.execute(text("insert into ways_queue (id, line) values (:id, 'x')"), {"id": "0" * 32})
            if s.get_bind().dialect.name == "sqlite"
            else s.execute(text("insert into ways_queue (id, line) values (gen_random_uuid(), 'x')"))
        ),
        [],
    ),
    "exec_driver_sql": (
        lambda s: s.connection().exec_driver_sql("/* spring */ update ways_two_words_towns set size = 3"),
        [("update", T, False, {"size"}, 3)],
    ),
    "text that changes nothing": (lambda s: s.execute(text("update ways_maps set version = 2 where 1 = 0")), []),
    "update that finds nothing": (lambda s: s.execute(update(Town).where(Town.name == "Z").values(size=1)), []),
    "update returning that finds nothing": (
        lambda s: s.scalar(update(Town).where(Town.name == "Z").values(size=1).returning(Town.id)),
        [],
    ),
    "a table that is a queue": (lambda s: s.add(Queue(line="x")), []),
    "what the database removes": (
        lambda s: (s.execute(delete(Street)), s.execute(delete(Town).where(Town.name == "A"))),
        [
            ("delete", "streets", False, set(), 1),
            ("delete", T, False, set(), 1),
            ("delete", "signs", False, set(), 2),
            ("delete", "nails", False, set(), 3),
            ("update", "maps", False, {"town_id"}, 1),
        ],
    ),
    "what the session and the database remove": (
        cascade,
        [
            ("delete", "streets", True, set(), None),
            ("delete", T, True, set(), None),
            ("delete", "signs", False, set(), 2),
            ("delete", "nails", False, set(), 3),
            ("update", "maps", False, {"town_id"}, 1),
        ],
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_write_gives_an_event(app, way):
    """Table, key where one row is named, columns, number of rows; and the act says how many events there were."""
    work, expected = WAYS[way]
    assert sorted(do(app, work), key=repr) == sorted(expected, key=repr)
    acts = [event for event in app.trail if event.action == "ways.work"]
    assert [event.facts["changes"] for event in acts] == ([len(expected)] if expected else [])


def with_engine(work):
    def run(act):
        with act.get(Database).engine.begin() as connection:
            work(connection)

    return run


REFUSED = {
    "text over a connection of its own": with_engine(
        lambda c: c.execute(text("UPDATE ways_two_words_towns SET size = 99"))
    ),
    "Core over a connection of its own": with_engine(lambda c: c.execute(update(Town).values(size=99))),
    "the driver's SQL over a connection of its own": with_engine(
        lambda c: c.exec_driver_sql("update ways_two_words_towns set size = 99")
    ),
    "a session of its own": lambda act: act.get(Database).session().execute(update(Town).values(size=99)),
    "commit": lambda act: (act.session.execute(update(Town).values(size=99)), act.session.commit()),
    "commit of the connection": lambda act: (
        act.session.execute(update(Town).values(size=99)),
        act.session.connection().commit(),
    ),
    "commit as text": lambda act: (
        act.session.execute(update(Town).values(size=99)),
        act.session.execute(text("COMMIT")),
    ),
    "two statements in one text": lambda act: act.session.connection().exec_driver_sql(
        "select 1; update ways_two_words_towns set size = 99"
    ),
    "a change within a query": lambda act: act.session.execute(
        text("WITH gone AS (DELETE FROM ways_two_words_towns RETURNING id) SELECT * FROM gone")
    ),
    "a change within a query that SQLAlchemy makes": lambda act: act.session.execute(
        select(delete(Town).returning(Town.id).cte("gone"))
    ),
    "merge": lambda act: act.session.execute(text("MERGE INTO ways_two_words_towns USING x ON 1=1")),
    "dropping a table": lambda act: act.session.execute(text("DROP TABLE ways_maps")),
    "changing a table": lambda act: act.session.execute(text("ALTER TABLE ways_maps ADD COLUMN x INTEGER")),
    "emptying a table": lambda act: act.session.execute(text("TRUNCATE ways_maps")),
    "text that makes the database remove more": lambda act: act.session.execute(
        text("DELETE FROM ways_two_words_towns")
    ),
}


@pytest.mark.parametrize("way", REFUSED)
def test_what_no_event_would_name_is_refused(app, way):
    """Nothing is written, and the act fails."""
    with pytest.raises(Untracked), app.act("ways.work") as act:
        REFUSED[way](act)
    with app.act("ways.look") as act:
        assert act.session.scalar(select(func.count()).select_from(Town).where(Town.size == 99)) == 0
        assert act.session.scalar(select(func.count()).select_from(Town)) == 3
    assert [(event.action, event.outcome) for event in app.trail] == [("ways.work", "failed")]


def test_a_thread_without_an_act_writes_nothing(app):
    """Outside of an act there is nobody whose change it would be."""
    with app.act() as act:
        engine = act.get(Database).engine
    with pytest.raises(Untracked, match="table 'ways_maps' is written over a connection of its own"):
        with_engine_of(engine)


def with_engine_of(engine):
    with engine.begin() as connection:
        connection.execute(update(Map).values(version=2))


def test_a_plugin_that_commits_in_on_audit_undoes_the_act(make_app):
    """The event and the change belong to one transaction, which the core ends."""

    @hookimpl
    def on_audit(event, session):
        session.commit()

    started = make_app(plugins={"ways": SimpleNamespace(), "greedy": SimpleNamespace(on_audit=on_audit)})
    with pytest.raises(Untracked, match="the core commits"), started.act() as act:
        act.session.add(Town(name="A"))
    with started.act() as act:
        assert act.session.scalar(select(func.count()).select_from(Town)) == 0


def test_the_end_of_an_act_is_told_as_one(make_app):
    """All events but the last say that more follow; one that is recorded in between stands alone."""
    told = []

    @hookimpl
    def on_audit(event, session, more):
        told.append((event.action, more))

    started = make_app(plugins={"ways": SimpleNamespace(), "counter": SimpleNamespace(on_audit=on_audit)})
    with started.act("ways.build") as act:
        act.session.add(Town(name="A"))
        act.session.add(Town(name="B"))
        act.record("ways.seen")
        act.keep()
        assert told == [("ways.seen", False), ("insert", True), ("insert", False)]
        del told[:]
        act.session.add(Town(name="C"))
    assert told == [("insert", True), ("ways.build", False)]


def test_a_plugin_that_writes_rows_of_people_in_on_audit_undoes_the_act(make_app):
    """Those rows would have no event."""

    @hookimpl
    def on_audit(event, session):
        session.add(Town(name=event.action))

    started = make_app(plugins={"ways": SimpleNamespace(), "greedy": SimpleNamespace(on_audit=on_audit)})
    with pytest.raises(Untracked, match="while the act ends"), started.act() as act:
        act.session.add(Map())


class TestRollback:
    """What is undone leaves no event."""

    def test_a_savepoint_that_is_rolled_back(self, app):
        """Neither its rows nor its statements; those before and after it stay."""

        def work(session):
            session.add(Town(name="before"))
            session.flush()
            savepoint = session.begin_nested()
            session.add(Town(name="undone"))
            session.flush()
            session.execute(update(Town).values(size=1))
            session.execute(update(Street).values(version=9))
            savepoint.rollback()
            session.execute(update(Map).values(version=2))

        assert [change[:2] for change in do(app, work)] == [("insert", T), ("update", "maps")]

    def test_a_savepoint_of_the_connection(self, app):
        """SQLAlchemy's Core has savepoints too."""

        def work(session):
            savepoint = session.connection().begin_nested()
            session.connection().execute(update(Town).values(size=1))
            savepoint.rollback()

        assert do(app, work) == []

    def test_a_savepoint_in_a_savepoint(self, app):
        """The inner one is kept, the outer one undone: nothing happened."""

        def work(session):
            outer = session.begin_nested()
            with session.begin_nested():
                session.add(Town(name="inner"))
            outer.rollback()
            with session.begin_nested():
                session.add(Town(name="kept"))

        assert [change[:2] for change in do(app, work)] == [("insert", T)]

    def test_a_flush_that_fails_in_a_savepoint(self, app):
        """The clash leaves nothing; what follows is noted again."""

        def work(session):
            try:
                with session.begin_nested():
                    session.add_all([Town(name="D"), Town(name="A")])
            except Exception:
                session.add(Town(name="E"))

        assert [change[:3] for change in do(app, work)] == [("insert", T, True)]

    def test_the_session(self, app):
        """A rollback after a flush takes back the rows and what was noted of them."""

        def work(session):
            session.add(Town(name="D"))
            session.execute(update(Town).values(size=1))
            session.flush()
            session.rollback()

        assert do(app, work) == []

    def test_bulk_statements_are_not_lost_among_rows(self, app):
        """A row added and removed in between does not take another statement's place."""

        def work(session):
            new = Town(name="D")
            session.add(new)
            session.flush()
            session.execute(update(Street).values(version=2))
            session.delete(new)
            session.flush()
            session.execute(delete(Map))

        assert [change[:2] for change in do(app, work)] == [("update", "streets"), ("delete", "maps")]


def merged(*kinds):
    changes = Changes()
    for kind, *columns in kinds:
        changes.note(Change("t", "1", kind, tuple(columns)))
    return [(change.kind, change.columns) for change in changes.take()]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([("insert", "a"), ("update", "b")], [("insert", ("a", "b"))]),
        ([("update", "a"), ("update", "b")], [("update", ("a", "b"))]),
        ([("update", "a"), ("delete",)], [("delete", ("a",))]),
        ([("insert", "a"), ("delete",)], []),
        ([("delete",), ("insert", "a")], [("update", ("a",))]),
    ],
)
def test_several_changes_of_one_row_are_one(kinds, expected):
    """A row that was added and removed within one act never was."""
    assert merged(*kinds) == expected
