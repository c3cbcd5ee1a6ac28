"""Channels in one process, and their manners with transactions."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid, Refused, hookimpl
from dihya_hookspecs.access import SYSTEM, Actor, Permission
from dihya_hookspecs.channels import LONGEST, Channels, Position, Topic
from dihya_hookspecs.i18n import Text
from dihya_wsgi.channels import at_commit
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

NEWS = Topic("club.news", "club:read", history=3)


class club:
    """A plugin whose topic has a permission."""

    @hookimpl
    def register_permissions(self):
        return [Permission("club:read", Text("Read", "Lire"), ("user",))]


@pytest.fixture
def talking(make_app):
    """An application with channels, and a plugin that has something to say."""
    plugin = club()
    plugin.__name__ = "club"
    return make_app("wsgi", "db", "migrations", plugins={"club": plugin})


def read(app, after=None, actor=SYSTEM):
    with app.act("read", actor=actor) as act:
        return act.get(Channels).read(NEWS, "1", after)


def test_what_an_act_says_is_heard_when_it_commits(talking, until):
    """Not before, and not at all when it is undone."""
    start = read(talking).position

    def heard():
        return [message.data for message in read(talking, start).messages]

    with talking.act("say", actor=SYSTEM) as act:
        act.get(Channels).publish(NEWS, "1", "hello")
        assert not act.get(Channels).read(NEWS, "1", start).messages
    until(lambda: heard() == ["hello"])
    with pytest.raises(ZeroDivisionError), talking.act("say", actor=SYSTEM) as act:
        act.get(Channels).publish(NEWS, "1", "never")
        raise ZeroDivisionError
    with talking.act("say", actor=SYSTEM) as act:
        act.get(Channels).publish(NEWS, "1", "again")
    until(lambda: heard() == ["hello", "again"])


def test_a_savepoint_that_is_taken_back_says_nothing():
    """What was said inside of it goes with it; what was said around it stays."""
    done = []
    with Session(create_engine("sqlite://")) as session:
        session.execute(text("SELECT 1"))
        at_commit(session, lambda: done.append("around"))
        inner = session.begin_nested()
        at_commit(session, lambda: done.append("inside"))
        inner.rollback()
        with session.begin_nested():
            at_commit(session, lambda: done.append("kept"))
        assert done == []
        session.commit()
        assert done == ["around", "kept"]
        session.commit()
    assert done == ["around", "kept"]


def test_a_topic_has_a_permission(talking):
    """Who lacks it neither reads nor follows."""
    stranger = Actor("9", "Nobody", frozenset({"guest"}))
    for ask in (lambda c: c.read(NEWS, "1"), lambda c: c.follow(NEWS, "1", lambda: None)):
        with pytest.raises(Refused), talking.act("read", actor=stranger) as act:
            ask(act.get(Channels))


def test_a_message_is_short(talking):
    """It says where to read the rest; otherwise one engine would take what another refuses."""
    with pytest.raises(Invalid, match="where to read the rest"), talking.act("say", actor=SYSTEM) as act:
        act.get(Channels).publish(NEWS, "1", "x" * (LONGEST + 1))


@pytest.mark.parametrize("text", ["", "x", "a:", ":1", "a:-1", "a:1:2", "é\n:1", "a:²", "a:" + "9" * 99])
def test_what_is_no_position_is_refused(text):
    """400 that says how one is written; what we wrote is read again."""
    with pytest.raises(Invalid) as caught:
        Position.parse(text)
    assert caught.value.status == 400 and Position.parse(str(Position("a1", 7))) == Position("a1", 7)
