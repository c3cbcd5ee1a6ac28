"""The kit's fresh PostgreSQL database, as a URL object, and an application on SQLite with a column of each kind."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import SYSTEM, Permission
from dihya_hookspecs.i18n import Text
from sqlalchemy.engine import URL, make_url

from .harbour import Boat, Boats, Buoy, Letters, Sailor, Sailors, Size, resource

MIGRATION = '''
"""Everything that a column can be."""
import sqlalchemy as sa
from alembic import op

revision = "toy_0001"
down_revision = None


def upgrade():
    op.create_table(
        "toy_things",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("above", sa.Uuid(), sa.ForeignKey("toy_things.id", name="fk_above")),
        sa.Column("day", sa.Date()),
        sa.Column("seen", sa.DateTime(timezone=True)),
        sa.Column("local", sa.DateTime()),
        sa.Column("hour", sa.Time()),
        sa.Column("span", sa.Interval()),
        sa.Column("price", sa.Numeric(12, 2)),
        sa.Column("share", sa.Float()),
        sa.Column("on", sa.Boolean()),
        sa.Column("facts", sa.JSON()),
        sa.Column("photo", sa.LargeBinary()),
        sa.Column("kind", sa.Enum("big", "small", name="toy_kind")),
        sa.Column("big", sa.BigInteger()),
    )
    postgresql = op.get_bind().dialect.name == "postgresql"
    circle = sa.ForeignKey("toy_right.id", name="fk_right")  # SQLite takes what is not there yet, and nothing later
    op.create_table(
        "toy_left",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("right_id", sa.Integer(), *([] if postgresql else [circle])),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "toy_right",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("left_id", sa.Integer(), sa.ForeignKey("toy_left.id", name="fk_left"), nullable=False),
        sa.Column("thing_id", sa.Uuid(), sa.ForeignKey("toy_things.id", name="fk_thing")),
    )
    op.execute("INSERT INTO toy_left (id) VALUES (7)")
    if postgresql:
        op.create_foreign_key("fk_right", "toy_left", "toy_right", ["right_id"], ["id"])
        op.execute(
            "CREATE FUNCTION toy_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF NEW.name = 'full' THEN RAISE EXCEPTION 'no space' USING ERRCODE = 'disk_full'; END IF; "
            "IF NEW.name = 'wait' THEN PERFORM pg_advisory_xact_lock(1); END IF; RETURN NEW; END $$"
        )
        op.execute(
            "CREATE TRIGGER toy_full BEFORE INSERT ON toy_things FOR EACH ROW EXECUTE FUNCTION toy_full()"
        )


def downgrade():
    pass
'''


@pytest.fixture
def postgres(postgresql: str) -> URL:
    """The URL of a fresh, empty database."""
    return make_url(postgresql)


@pytest.fixture
def toy(make_app, tmp_path):
    """An application on SQLite whose plugin ``toy`` has migrated its tables; ``folder`` holds the migrations."""
    folder = tmp_path / "dihya_toy" / "migrations"
    folder.mkdir(parents=True)
    (folder / "0001_all.py").write_text(MIGRATION)
    plugin = SimpleNamespace(__name__="dihya_toy", __file__=str(folder.parent / "__init__.py"))
    app = make_app("migrations", plugins={"toy": plugin}, config={"db": {"url": ""}}, tables=False)
    done = app.cli("db", "upgrade")
    assert done.exit_code == 0, done.stderr
    app.folder = folder
    return app


@pytest.fixture
def harbour():
    """The plugin."""
    resources = [resource("sailors", Sailors), resource("boats", Boats), resource("letters", Letters)]
    roles = ("admin", "user")
    return SimpleNamespace(
        __name__="dihya_harbour",
        resources=resources,
        register_resources=hookimpl(lambda: resources),
        register_permissions=hookimpl(
            lambda: [Permission(f"harbour:{what}", Text(what, what), roles) for what in ("read", "write")]
        ),
    )


@pytest.fixture
def moored(make_app, harbour):
    """An application with a sailor, her boat and a buoy before it."""
    app = make_app(plugins={"harbour": harbour})
    with app.act(actor=SYSTEM) as act:
        sailor = Sailor(account="ann", name="Ann Bonny", email="ann@example.org", pin="1234")
        act.session.add(sailor)
        act.session.flush()
        boat = Boat(
            sailor_id=sailor.id, berth="A1", from_day=dt.date(2026, 5, 1), fee=Decimal("12.50"), size=Size.BIG,
            seen=dt.datetime(2026, 5, 2, 8, tzinfo=dt.UTC), facts={"sails": [1, 2]}, photo=b"\x00\xff", remark="leaks",
        )  # fmt: skip
        act.session.add(boat)
        act.session.flush()
        buoy = Buoy(boat_id=boat.id)
        act.session.add(buoy)
        act.session.flush()
        app.sailor, app.boat, app.buoy = sailor.id, boat.id, buoy.id
    return app
