"""What the plugin brings along: its health check, its words, its table."""

from __future__ import annotations

import re
from pathlib import Path

import dihya_rgpd
import pytest
from sqlalchemy import text


def test_the_health_check_fails_when_data_is_out_of_reach(world):
    """A path that leads nowhere or a table of nobody makes the check fail."""
    (check_,) = [c for _, c in world.app.hooks.collected("register_health_checks") if c.name == "rgpd.coverage"]
    with world.app.act("health") as act:
        assert "covered" in check_.probe()
        act.session.execute(text("CREATE TABLE lost_people (id INTEGER PRIMARY KEY)"))
    with pytest.raises(Exception, match="lost_people"), world.app.act("health"):
        check_.probe()


def test_every_sentence_is_in_french():
    """Each English text of templates and code has a French one."""
    folder = Path(dihya_rgpd.__file__).parent
    catalogue = (
        (folder / "translations" / "fr.po").read_text("utf-8").replace('"\n"', "")
    )  # long ones stand on several lines
    known = dict(re.findall(r'msgid "(.+)"\nmsgstr "(.+)"', catalogue))
    files = [*folder.glob("templates/*.html"), *folder.glob("*.py")]
    wanted = {found for file in files for found in re.findall(r'\b_\(\s*"((?:[^"\\]|\\.)+)"', file.read_text("utf-8"))}
    assert wanted and wanted <= set(known), wanted - set(known)
    assert all(re.findall(r"%\(\w+\)s", en) == re.findall(r"%\(\w+\)s", fr) for en, fr in known.items())


def test_migration_and_metadata_agree(tmp_path):
    """The migration makes exactly the tables that the models declare, and takes them away again."""
    import importlib.util

    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from dihya_rgpd.models import DemandRow, Hold, RetainedMark
    from sqlalchemy import MetaData, create_engine, inspect

    path = Path(dihya_rgpd.__file__).parent / "migrations" / "0001_initial.py"
    spec = importlib.util.spec_from_file_location("rgpd_0001", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    expected = MetaData(naming_convention=DemandRow.metadata.naming_convention)
    for model in (DemandRow, RetainedMark, Hold):
        model.__table__.to_metadata(expected)
    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.begin() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            module.upgrade()
            assert compare_metadata(context, expected) == []
            module.downgrade()
        assert inspect(connection).get_table_names() == []
    engine.dispose()
