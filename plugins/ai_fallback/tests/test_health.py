"""The health check looks into the tables."""

import pytest
from dihya_ai_fallback.health import TABLES, probe
from sqlalchemy.exc import SQLAlchemyError


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__tablename__)
def test_a_table_that_is_gone_fails_the_check(table, make_app):
    """It is well as long as every table can be read."""
    app = make_app("ai_fallback")
    with app.act("test"):
        assert "can be read" in probe()
    with app.engine.begin() as connection:
        connection.exec_driver_sql(f'ALTER TABLE "{table.__tablename__}" RENAME TO gone')
    with pytest.raises(SQLAlchemyError), app.act("test"):
        probe()
