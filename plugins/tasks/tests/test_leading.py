"""The place of the leader: one at a time, and free soon after its holder died."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.data import Database
from dihya_tasks.leading import Leadership
from dihya_tasks.models import Leader
from sqlalchemy import update


@pytest.fixture
def world(make_app):
    app = make_app("tasks")
    with app.act() as act:
        return SimpleNamespace(app=app, acts=act.get(Acts), database=act.get(Database))


def place(world, data=None):
    return Leadership(world.acts, world.database, data or world.app.data)


def test_only_one_leads_at_a_time(world):
    """While one process leads another cannot, and once it has left the other can."""
    first, second = place(world), place(world)
    assert first.take() and first.take() and not second.take()
    first.leave()
    assert second.take() and not first.take()
    second.leave()


@pytest.mark.engine("postgresql")  # a file belongs to one machine
def test_two_data_folders_on_one_postgresql_have_one_leader(world, tmp_path):
    """Machines that share a database share the place, whatever folder each of them has."""
    first, second = place(world, tmp_path / "one"), place(world, tmp_path / "two")
    assert first.take() and not second.take()


@pytest.mark.engine("postgresql")  # the system frees the lock of a dead process
def test_the_place_of_a_leader_that_is_not_heard_of_is_free(world):
    """A machine that lost its power leaves the place after two heartbeats, though its connection may seem open."""
    first, second = place(world), place(world)
    assert first.take() and not second.take()
    with world.app.act() as act:
        act.session.execute(update(Leader).values(leased_until=Leader.leased_until - timedelta(seconds=11)))
    assert second.take() and not first.take()


@pytest.mark.engine("sqlite")  # elsewhere a lease runs out
def test_the_place_of_a_killed_leader_is_free(world):
    """A process that is killed with kill -9 while it leads leaves the place to the next one at once."""
    code = (
        "import sys, time, pathlib, sqlalchemy, types\nfrom dihya_tasks.leading import Leadership\n"
        "database = types.SimpleNamespace(engine=sqlalchemy.create_engine('sqlite://'))\n"
        f"place = Leadership(None, database, pathlib.Path({str(world.app.data)!r}))\n"
        "print(place.take(), flush=True)\ntime.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline().strip() == "True"
        assert not place(world).take()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    last = place(world)
    assert last.take()
    last.leave()
