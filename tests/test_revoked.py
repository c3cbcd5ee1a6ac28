"""What is taken away in one process counts in another one: a role, a key, an account, a team, a policy that closes."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from dihya_hookspecs.access import OPERATOR, Actor
from dihya_hookspecs.data import Database

FILE = Path(__file__).parent / "data" / "watched.py"
QUICK = {"argon2_time": 1, "argon2_memory": 64}


@pytest.fixture(scope="module")
def watched():
    """The plugin, imported once, since its tables are."""
    spec = importlib.util.spec_from_file_location("watched", FILE)
    module = importlib.util.module_from_spec(spec)
    sys.modules["watched"] = module
    spec.loader.exec_module(module)
    return module


class Other:
    """Another process on the same database and folder."""

    def __init__(self, given):
        command = [sys.executable, str(FILE), json.dumps(given)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, key):
        """Return the status and the number of rows that it answers to a key."""
        self.process.stdin.write(f"{key}\n")
        self.process.stdin.flush()
        return tuple(json.loads(self.process.stdout.readline()))

    def wait(self, key, wanted):
        """Ask until the answer is *wanted*."""
        until = time.monotonic() + 30
        while (said := self.ask(key)) != wanted:
            assert time.monotonic() < until, said
        return said


@pytest.fixture
def scene(make_app, watched):
    """An application here, one there, and somebody with a key and a row of their team."""
    from dihya_securite.keys import Keys
    from dihya_securite.service import Directory

    app = make_app("securite", config={"securite": QUICK}, plugins={"watched": watched})
    with app.act(actor=OPERATOR) as act:
        tables = [model.__table__ for model in (watched.Membership, watched.Row, watched.Closure)]
        watched.Row.metadata.create_all(act.session.connection(), tables=tables)
        person, _ = act.get(Directory).create(OPERATOR, "tin@example.org", "Tin", ["user"], "quatre mots sans rapport")
        id = str(person.id)
        _, key = act.get(Keys).create(Actor(id, "Tin", frozenset({"user"})), "k", ["watched:read"])
        act.session.add_all(
            [watched.Row(team="red"), watched.Row(team="blue"), watched.Membership(team="red", person=id)]
        )
        url = act.get(Database).engine.url.render_as_string(hide_password=False)
    folder = str(app.flask.runtime.data)
    other = Other({"dihya": {"data": folder}, "db": {"url": url}, "securite": QUICK})
    try:
        assert other.ask(key) == (200, 1)
        yield app, other, key, id
    finally:
        other.process.stdin.close()
        other.process.wait(30)
        other.process.stdout.close()


def test_a_team_that_is_left_shows_nothing_at_once(scene, watched):
    """Rows are chosen by the database, in each statement."""
    app, other, key, _ = scene
    with app.act(actor=OPERATOR) as act:
        act.session.query(watched.Membership).delete()
    assert other.ask(key) == (200, 0)


def test_a_policy_that_closes_counts_at_once(scene, watched):
    """A verdict is kept for one act only."""
    app, other, key, _ = scene
    with app.act(actor=OPERATOR) as act:
        act.session.add(watched.Closure(why="night"))
    assert other.ask(key) == (403, None)
    with app.act(actor=OPERATOR) as act:
        act.session.query(watched.Closure).delete()
    assert other.ask(key) == (200, 1)


@pytest.mark.parametrize(("taken", "status"), [("role", 403), ("key", 401), ("account", 401)])
def test_a_role_a_key_or_an_account_that_is_taken_counts_soon(scene, taken, status):
    """Who was just recognised is remembered for half a second in the other process, and no longer."""
    from dihya_securite.keys import Keys
    from dihya_securite.models import ApiKey
    from dihya_securite.service import Directory

    app, other, key, id = scene
    with app.act(actor=OPERATOR) as act:
        directory = act.get(Directory)
        if taken == "role":
            directory.change_roles(OPERATOR, id, ["dpo"])
        elif taken == "account":
            directory.set_active(OPERATOR, id, False)
        else:
            act.get(Keys).remove(Actor(id, "Tin", frozenset({"user"})), act.session.query(ApiKey).one().id)
    other.wait(key, (status, None))
    assert other.ask(key) == (status, None)
