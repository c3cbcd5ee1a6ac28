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


def test_migrations_and_metadata_agree(tmp_path):
    """The migrations make exactly the tables that the models declare, and take them away again."""
    import importlib.util

    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from dihya_rgpd.models import (
        Assessment,
        Breach,
        Consent,
        DemandRow,
        Hold,
        Objection,
        Request,
        Restriction,
        RetainedMark,
    )  # fmt: skip
    from sqlalchemy import MetaData, create_engine, inspect

    steps = []
    for path in sorted((Path(dihya_rgpd.__file__).parent / "migrations").glob("0*.py")):
        spec = importlib.util.spec_from_file_location(f"rgpd_{path.stem}", path)
        steps.append(importlib.util.module_from_spec(spec))
        spec.loader.exec_module(steps[-1])
    expected = MetaData(naming_convention=DemandRow.metadata.naming_convention)
    for model in (Assessment, Breach, DemandRow, RetainedMark, Hold, Request, Restriction, Consent, Objection):
        model.__table__.to_metadata(expected)
    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.begin() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            for step in steps:
                step.upgrade()
            assert compare_metadata(context, expected) == []
            for step in reversed(steps):
                step.downgrade()
        assert inspect(connection).get_table_names() == []
    engine.dispose()
