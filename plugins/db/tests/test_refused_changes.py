"""What no audit event would name is refused before it is executed."""

from types import SimpleNamespace

import pytest
from dihya_db.statements import Untracked
from dihya_hookspecs import hookimpl
from dihya_hookspecs.data import Database, Record, impersonal
from sqlalchemy import ForeignKey, String, delete, func, select, text, update
from sqlalchemy.orm import Mapped


class Port(Record):
    """A table from whose rows the database itself removes others."""

    __tablename__ = "kept_ports"
    name: Mapped[str] = impersonal("a place", String(40), unique=True)
    size: Mapped[int] = impersonal("a number", default=0)


class Chart(Record):
    """Rows that the database removes with their port."""

    __tablename__ = "kept_charts"
    port_id: Mapped[object] = impersonal("a reference", ForeignKey("kept_ports.id", ondelete="CASCADE"), nullable=True)


for model in (Port, Chart):
    model.__table__.info["plugin"] = "kept"


@pytest.fixture
def app(make_app):
    """An application with the tables above and three ports."""
    started = make_app(plugins={"kept": SimpleNamespace()})
    with started.act("kept.sow") as act:
        act.session.add_all([Port(name=name) for name in "ABC"])
    started.trail.clear()
    return started


def with_engine(work):
    def run(act):
        with act.get(Database).engine.begin() as connection:
            work(connection)

    return run


REFUSED = {
    "text over a connection of its own": with_engine(lambda c: c.execute(text("UPDATE kept_ports SET size = 99"))),
    "Core over a connection of its own": with_engine(lambda c: c.execute(update(Port).values(size=99))),
    "the driver's SQL over a connection of its own": with_engine(
        lambda c: c.exec_driver_sql("update kept_ports set size = 99")
    ),
    "a session of its own": lambda act: act.get(Database).session().execute(update(Port).values(size=99)),
    "commit": lambda act: (act.session.execute(update(Port).values(size=99)), act.session.commit()),
    "commit of the connection": lambda act: (
        act.session.execute(update(Port).values(size=99)),
        act.session.connection().commit(),
    ),
    "commit as text": lambda act: (
        act.session.execute(update(Port).values(size=99)),
        act.session.execute(text("COMMIT")),
    ),
    "two statements in one text": lambda act: act.session.connection().exec_driver_sql(
        "select 1; update kept_ports set size = 99"
    ),
    "a change within a query": lambda act: act.session.execute(
        text("WITH gone AS (DELETE FROM kept_ports RETURNING id) SELECT * FROM gone")
    ),
    "a change within a query that SQLAlchemy makes": lambda act: act.session.execute(
        select(delete(Port).returning(Port.id).cte("gone"))
    ),
    "merge": lambda act: act.session.execute(text("MERGE INTO kept_ports USING x ON 1=1")),
    "dropping a table": lambda act: act.session.execute(text("DROP TABLE kept_charts")),
    "changing a table": lambda act: act.session.execute(text("ALTER TABLE kept_charts ADD COLUMN x INTEGER")),
    "emptying a table": lambda act: act.session.execute(text("TRUNCATE kept_charts")),
    "text that makes the database remove more": lambda act: act.session.execute(text("DELETE FROM kept_ports")),
}


@pytest.mark.parametrize("way", REFUSED)
def test_what_no_event_would_name_is_refused(app, way):
    """Nothing is written, and the act fails."""
    with pytest.raises(Untracked), app.act("kept.work") as act:
        REFUSED[way](act)
    with app.act("kept.look") as act:
        assert act.session.scalar(select(func.count()).select_from(Port).where(Port.size == 99)) == 0
        assert act.session.scalar(select(func.count()).select_from(Port)) == 3
    assert [(event.action, event.outcome) for event in app.trail] == [("kept.work", "failed")]


def test_a_thread_without_an_act_writes_nothing(app):
    """Outside of an act there is nobody whose change it would be."""
    with app.act() as act:
        engine = act.get(Database).engine
    with pytest.raises(Untracked, match="table 'kept_charts' is written over a connection of its own"):
        with_engine_of(engine)


def with_engine_of(engine):
    with engine.begin() as connection:
        connection.execute(update(Chart).values(version=2))


def test_a_plugin_that_commits_in_on_audit_undoes_the_act(make_app):
    """The event and the change belong to one transaction, which the core ends."""

    @hookimpl
    def on_audit(event, session):
        session.commit()

    started = make_app(plugins={"kept": SimpleNamespace(), "greedy": SimpleNamespace(on_audit=on_audit)})
    with pytest.raises(Untracked, match="the core commits"), started.act() as act:
        act.session.add(Port(name="A"))
    with started.act() as act:
        assert act.session.scalar(select(func.count()).select_from(Port)) == 0


def test_a_plugin_that_writes_rows_of_people_in_on_audit_undoes_the_act(make_app):
    """Those rows would have no event."""

    @hookimpl
    def on_audit(event, session):
        session.add(Port(name=event.action))

    started = make_app(plugins={"kept": SimpleNamespace(), "greedy": SimpleNamespace(on_audit=on_audit)})
    with pytest.raises(Untracked, match="while the act ends"), started.act() as act:
        act.session.add(Chart())
