"""Every way to write a row gives an audit event that is true, or is refused before anything is written."""

from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.data import Model, Record, impersonal, key
from sqlalchemy import ForeignKey, String, delete, insert, select, text, update
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
