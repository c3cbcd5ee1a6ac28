"""The tables, and that the migration makes them."""

from __future__ import annotations

from dihya_hookspecs.data import Database
from dihya_keys.models import Installation, KnownKey
from sqlalchemy import inspect


def test_the_migration_makes_the_tables(make_app):
    """Both are there with the columns of the models."""
    app = make_app("keys")
    with app.act("look") as act:
        found = inspect(act.get(Database).engine)
    for model in (Installation, KnownKey):
        assert {column["name"] for column in found.get_columns(model.__tablename__)} == set(
            model.__table__.columns.keys()
        )
