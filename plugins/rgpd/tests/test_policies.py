"""What is in its archive phase is seen only by who may read archives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import SYSTEM, Access, Actor
from dihya_hookspecs.data import Record, impersonal, personal
from dihya_hookspecs.rgpd import People
from sqlalchemy import Date, String, select
from sqlalchemy.orm import Mapped

TODAY = datetime.now(UTC).date()
CLERK, OFFICER = Actor("c", "person", frozenset({"user"})), Actor("o", "person", frozenset({"dpo"}))


class File(
    Record,
    subject="id",
    purpose="care",
    basis="contract",
    retention="later of 2y after seen_on and 5y after born_on then 3y archived",
):
    """A file that is used, then archived, then gone."""

    __tablename__ = "phases_files"
    name: Mapped[str] = personal("name", String(20))
    seen_on: Mapped[date | None] = impersonal("the last time", Date)
    born_on: Mapped[date | None] = impersonal("the date of birth", Date)


def ago(years, days=0):
    """Return the day so long ago; the 28th at most, so that every year has it."""
    return TODAY.replace(day=min(TODAY.day, 28), year=TODAY.year - years) - timedelta(days=days)


ROWS = {
    "in use": (ago(1), ago(30)), "a child": (ago(4), ago(3)), "archived": (ago(3), ago(30)), "no last time": (None, ago(30)),
    "over": (ago(7), ago(40)),
}  # fmt: skip


@pytest.fixture
def app(make_app):
    """An application with five files of different ages, which every user may read."""
    from dihya_hookspecs.access import Permission
    from dihya_hookspecs.i18n import Text

    def register_permissions():
        return Permission("phases:read", Text("Read files", "Lire les dossiers"), ("user", "dpo"))

    made = make_app("rgpd", plugins={"phases": SimpleNamespace(register_permissions=hookimpl(register_permissions))})
    with made.act(actor=SYSTEM) as act:
        Record.metadata.create_all(act.session.connection(), tables=[File.__table__])
        act.session.add_all(File(name=name, seen_on=seen, born_on=born) for name, (seen, born) in ROWS.items())
    return made


def seen_by(app, actor):
    """Return the names of the files that somebody reaches, and those of which a decision says so one by one."""
    with app.act(actor=actor) as act:
        access = act.get(Access)
        listed = set(act.session.scalars(access.scope(actor, "phases:read", select(File)).with_only_columns(File.name)))
        alone = {file.name for file in act.session.scalars(select(File)) if access.decide(actor, "phases:read", file)}
    return listed, alone


def test_an_archived_row_is_seen_only_by_who_may_read_archives(app):
    """A list leaves it out and a decision refuses it; what has a later end, or none that is known, is still in use."""
    in_use = {"in use", "a child", "no last time"}
    assert seen_by(app, CLERK) == (in_use, in_use)
    assert seen_by(app, OFFICER) == (set(ROWS), set(ROWS))


def test_the_retention_job_removes_what_is_past_its_archive(app):
    """The archive ends three years after the use did; until then the row stays."""
    with app.act(actor=SYSTEM) as act:
        act.get(People).expire(TODAY)
    with app.act(actor=SYSTEM) as act:
        assert set(act.session.scalars(select(File.name))) == set(ROWS) - {"over"}


def test_a_table_without_an_archive_is_left_alone(app):
    """Its rows are in use until they go."""
    from dihya_rgpd.models import Hold
    from dihya_rgpd.policies import judge

    assert judge(CLERK, "rgpd:read", Hold) is None and judge(CLERK, "rgpd:read", None) is None
