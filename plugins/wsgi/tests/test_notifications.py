"""Channels through PostgreSQL: two of them stand for two processes."""

from __future__ import annotations

import pytest
from dihya_hookspecs.channels import Topic
from dihya_wsgi import notifications
from dihya_wsgi.channels import subject
from dihya_wsgi.notifications import PostgresChannels
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

NEWS = Topic("club.news", "club:read", history=3)
ABOUT = subject(NEWS, "1")


@pytest.fixture
def engine(postgresql):
    """An engine of a database of this test's own."""
    engine = create_engine(postgresql)
    yield engine
    engine.dispose()


@pytest.fixture
def other(engine, monkeypatch):
    """The channels of another process, which listen."""
    monkeypatch.setattr(notifications, "PAUSE", 0.05)
    channels = PostgresChannels(engine)
    channels._listen()
    assert channels.ready.wait(20)
    yield channels
    channels.close()


def say(engine, *words, commit=True):
    """Say something in a transaction, from a process that listens to nothing."""
    channels = PostgresChannels(engine)
    with Session(engine) as session:
        for word in words:
            channels._send(session, NEWS, "1", word)
        if commit:
            session.commit()


def test_other_processes_hear_what_was_committed(engine, other, until):
    """In order and with history, twice what was said twice, and nothing of a transaction that was taken back."""
    start = other.history.since(ABOUT, None).position
    say(engine, "never", commit=False)
    say(engine, "a", "été", "été")
    until(lambda: [m.data for m in other.history.since(ABOUT, start).messages] == ["a", "été", "été"])


def test_who_follows_is_woken_by_another_process(engine, other, until):
    """By messages of the subject alone."""
    woken = []
    other.history.follow(ABOUT, lambda: woken.append(1))
    say(engine, "a")
    until(lambda: woken == [1])


def test_a_broken_connection_is_told_and_made_again(engine, other, until):
    """Messages in between are lost, everybody who follows is woken to hear so, and later ones arrive."""
    woken, start = [], other.history.since(ABOUT, None).position
    other.history.follow(ABOUT, lambda: woken.append(1))
    with engine.connect() as connection:
        killed = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
        assert connection.scalar(text(killed))
    until(lambda: woken and other.ready.is_set())
    assert other.history.since(ABOUT, start).lost
    after = other.history.since(ABOUT, None).position
    say(engine, "b")
    until(lambda: [m.data for m in other.history.since(ABOUT, after).messages] == ["b"])


def test_channels_are_closed_whether_they_have_listened_or_not(engine):
    """Of what has listened no thread is left; who has never listened has none to wait for."""
    silent, heard = PostgresChannels(engine), PostgresChannels(engine)
    heard._listen()
    for channels in (silent, heard):
        channels.close()
    assert silent._listening is None and not heard._listening.is_alive()


def test_what_others_send_on_the_channel_is_passed_over(engine, other, until):
    """It ends neither the listening nor the epoch."""
    start = other.history.since(ABOUT, None).position
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_notify({notifications.CHANNEL}, 'nonsense')")
    say(engine, "c")
    until(lambda: [m.data for m in other.history.since(ABOUT, start).messages] == ["c"])
