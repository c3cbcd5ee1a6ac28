"""What machines on one database know of plugins that keep failing."""

from __future__ import annotations

import socket
from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.app import Breaker, Plugins
from dihya_tasks.models import LeftOut, Seen
from dihya_tasks.sharing import share
from sqlalchemy import select, update


def bad():
    @hookimpl
    def on_response(request, response):
        raise OSError("always")

    return SimpleNamespace(on_response=on_response, __name__="dihya_bad")


def exchange(app):
    """Do what the recurring work of a server does."""
    with app.act("share") as act:
        acts = act.get(Acts)
    share(acts)


def state(app):
    with app.act("look") as act:
        return next(info.state for info in act.get(Plugins).all() if info.name == "bad")


@pytest.fixture
def pair(make_app, postgresql, tmp_path):
    """Two data folders on one PostgreSQL."""
    given = {"config": {"db": {"url": postgresql}}}
    return (
        make_app("tasks", "wsgi", plugins={"bad": bad()}, **given),
        make_app("tasks", "wsgi", plugins={"bad": bad()}, data=tmp_path / "there", tables=False, **given),
    )


def test_what_one_machine_leaves_out_the_other_does_too(pair):
    """A plugin that is tripped here is left out there with the same reason, and re-arming there counts here."""
    here, there = pair
    for _ in range(5):
        here.client().get("/nothing")
    assert (state(here), state(there)) == ("tripped", "active")
    exchange(here), exchange(there)
    assert state(there) == "tripped"
    assert f"seen on {socket.gethostname()}:{here.data}" in there.cli("plugins").stdout
    with there.act("rearm") as act:
        act.get(Plugins).rearm("bad")
    exchange(there), exchange(here)
    assert (state(here), state(there)) == ("active", "active")


def test_without_news_nothing_is_written(pair):
    """A row is replaced by a later state only."""
    here, there = pair
    for _ in range(5):
        here.client().get("/nothing")
    for app in (here, there, here):
        exchange(app)
    with here.act("look") as act:
        (row,) = act.session.scalars(select(LeftOut))
        assert (row.plugin, row.tripped, row.at) == ("bad", True, act.get(Breaker).states()[0].at)


def test_one_machine_keeps_it_in_its_folder(make_app, tmp_path):
    """On SQLite nothing is written: its processes share a file."""
    app = make_app("tasks", plugins={"bad": bad()}, config={"db": {"url": f"sqlite:///{tmp_path / 'one.db'}"}})
    for _ in range(5):
        app.client().get("/nothing")
    exchange(app)
    with app.act("look") as act:
        assert act.session.scalars(select(LeftOut)).all() == []
    assert state(app) == "tripped"


def fares(app):
    """Return what is said of the plugin: each trouble in a sentence."""
    with app.act("look") as act:
        return [str(one) for info in act.get(Plugins).all() if info.name == "bad" for one in info.troubles]


def test_what_fails_on_one_machine_is_named_on_the_other_with_the_machine(pair):
    """In the list of plugins there, in its command and in its health; not where it was seen, and no longer than it lasts."""
    here, there = pair
    here.client().get("/nothing")
    exchange(here), exchange(there), exchange(here)
    (own,), (told,) = fares(here), fares(there)
    assert own.startswith("failing: 1 of the last 1 calls of on_response (OSError")
    assert told == f"{own}, seen on {socket.gethostname()}:{here.data}"
    assert told in there.cli("plugins").stdout
    assert there.client().get("/health/ready").json["plugins"] == {"bad": "failing"}
    record = here.flask.runtime.hook_caller.monitor.record("bad", "on_response")
    record.calls += 12
    exchange(here), exchange(there)
    assert fares(there) == []


def test_a_machine_that_is_silent_is_not_believed_for_long(pair, postgresql):
    """After three minutes by the clock of the database what it saw is forgotten, there and in the database."""
    here, there = pair
    here.client().get("/nothing")
    exchange(here), exchange(there)
    assert len(fares(there)) == 1
    with here.act("age") as act:
        act.session.execute(update(Seen).values(at=Seen.at - 181))
    exchange(there)
    assert fares(there) == []
    with here.act("look") as act:
        assert act.session.scalars(select(Seen)).all() == []


def test_while_nothing_changes_troubles_are_written_once_a_minute(pair):
    """The row stays as it is between two exchanges, and is refreshed before the others forget it."""
    here, _ = pair
    here.client().get("/nothing")
    exchange(here)

    def at():
        with here.act("look") as act:
            return act.session.scalar(select(Seen.at))

    first = at()
    exchange(here)
    assert at() == first
    with here.act("age") as act:
        act.session.execute(update(Seen).values(at=first - 61))
    exchange(here)
    assert at() >= first
