"""What is undone leaves no event: savepoints, a flush that failed, the whole session."""

from types import SimpleNamespace

import pytest
from dihya_hookspecs.data import Record, impersonal
from sqlalchemy import String, delete, update
from sqlalchemy.orm import Mapped


class Isle(Record):
    """A table with a uniqueness rule."""

    __tablename__ = "undone_isles"
    name: Mapped[str] = impersonal("a place", String(40), unique=True)
    size: Mapped[int] = impersonal("a number", default=0)


class Bay(Record):
    """A table beside it."""

    __tablename__ = "undone_bays"


class Bridge(Record):
    """And another."""

    __tablename__ = "undone_bridges"


for model in (Isle, Bay, Bridge):
    model.__table__.info["plugin"] = "undone"
T = "isles"


@pytest.fixture
def app(make_app):
    """An application with the tables above, an isle, a bay and a bridge."""
    started = make_app(plugins={"undone": SimpleNamespace()})
    with started.act("undone.sow") as act:
        act.session.add_all([Isle(name="A"), Bay(), Bridge()])
    started.trail.clear()
    return started


def do(app, work):
    """Run *work* in an act and return what the trail says of rows: (action, table, has a key)."""
    with app.act("undone.work") as act:
        work(act.session)
    changes = [event for event in app.trail if event.action != "undone.work"]
    named = [event.object.partition(":") for event in changes]
    return [
        (event.action, table.removeprefix("undone_"), bool(key))
        for event, (table, _, key) in zip(changes, named, strict=True)
    ]


class TestRollback:
    """What is undone leaves no event."""

    def test_a_savepoint_that_is_rolled_back(self, app):
        """Neither its rows nor its statements; those before and after it stay."""

        def work(session):
            session.add(Isle(name="before"))
            session.flush()
            savepoint = session.begin_nested()
            session.add(Isle(name="undone"))
            session.flush()
            session.execute(update(Isle).values(size=1))
            session.execute(update(Bay).values(version=9))
            savepoint.rollback()
            session.execute(update(Bridge).values(version=2))

        assert [change[:2] for change in do(app, work)] == [("insert", T), ("update", "bridges")]

    def test_a_savepoint_of_the_connection(self, app):
        """SQLAlchemy's Core has savepoints too."""

        def work(session):
            savepoint = session.connection().begin_nested()
            session.connection().execute(update(Isle).values(size=1))
            savepoint.rollback()

        assert do(app, work) == []

    def test_a_savepoint_in_a_savepoint(self, app):
        """The inner one is kept, the outer one undone: nothing happened."""

        def work(session):
            outer = session.begin_nested()
            with session.begin_nested():
                session.add(Isle(name="inner"))
            outer.rollback()
            with session.begin_nested():
                session.add(Isle(name="kept"))

        assert [change[:2] for change in do(app, work)] == [("insert", T)]

    def test_a_flush_that_fails_in_a_savepoint(self, app):
        """The clash leaves nothing; what follows is noted again."""

        def work(session):
            try:
                with session.begin_nested():
                    session.add_all([Isle(name="D"), Isle(name="A")])
            except Exception:
                session.add(Isle(name="E"))

        assert [change[:3] for change in do(app, work)] == [("insert", T, True)]

    def test_the_session(self, app):
        """A rollback after a flush takes back the rows and what was noted of them."""

        def work(session):
            session.add(Isle(name="D"))
            session.execute(update(Isle).values(size=1))
            session.flush()
            session.rollback()

        assert do(app, work) == []

    def test_bulk_statements_are_not_lost_among_rows(self, app):
        """A row added and removed around a statement does not give its place to the next one of the same table."""

        def work(session):
            new = Isle(name="D")
            session.add(new)
            session.flush()
            session.execute(update(Bay).values(version=2))
            session.delete(new)
            session.flush()
            session.execute(delete(Bay))

        assert [change[:2] for change in do(app, work)] == [("update", "bays"), ("delete", "bays")]
