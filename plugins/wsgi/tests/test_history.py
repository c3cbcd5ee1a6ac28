"""Messages that are kept, and who is told that some are not."""

from __future__ import annotations

from dihya_hookspecs.channels import Position
from dihya_wsgi import history as module
from dihya_wsgi.history import History


def said(batch):
    return [message.data for message in batch.messages]


def test_who_comes_back_reads_on_exactly():
    """From any position of the epoch: what came after it, in order, of this subject only."""
    history = History()
    start = history.since("a", None).position
    for text in "xyz":
        history.add("a", text, 10)
        history.add("b", text * 2, 10)
    first = history.since("a", start)
    assert said(first) == ["x", "y", "z"] and not first.lost
    assert said(history.since("a", first.messages[0].position)) == ["y", "z"]
    assert said(history.since("a", first.position)) == [] and not history.since("a", first.position).lost


def test_who_was_away_too_long_is_told():
    """More messages than are kept: lost, and a position to go on from; who had read the dropped ones lost nothing."""
    history = History()
    start = history.since("a", None).position
    for number in range(5):
        history.add("a", str(number), 3)
    late = history.since("a", start)
    assert late.lost and not late.messages and said(history.since("a", Position(start.epoch, 2))) == ["2", "3", "4"]
    history.add("a", "5", 3)
    assert said(history.since("a", late.position)) == ["5"]


def test_another_epoch_and_a_made_up_offset_are_lost():
    """A position of a process that ended, and one that is ahead of everything."""
    history = History()
    here = history.since("a", None).position
    assert history.since("a", Position("other", 0)).lost and history.since("a", Position(here.epoch, 99)).lost


def test_a_subject_that_was_forgotten_is_lost_and_not_mistaken(monkeypatch):
    """Beyond the number of subjects that are kept the oldest goes; a position within it is not taken for a later one."""
    monkeypatch.setattr(module, "MOST", 2)
    history = History()
    start = history.since("a", None).position
    history.add("a", "x", 10)
    for other in "bcd":
        history.add(other, "y", 10)
    assert history.since("a", start).lost
    history.add("a", "z", 10)
    assert history.since("a", start).lost


def test_followers_are_woken_until_they_leave(caplog):
    """Each of a subject, and one that fails keeps no other from it."""
    history, woken = History(), []
    leave = history.follow("a", lambda: woken.append(1))
    history.follow("a", lambda: 1 / 0)
    history.follow("a", lambda: woken.append(2))
    history.add("a", "", 1)
    leave()
    history.add("a", "", 1)
    history.add("b", "", 1)
    assert woken == [1, 2, 2] and "ZeroDivisionError" in caplog.text


def test_a_new_epoch_wakes_everybody():
    """They look, and hear that something is lost."""
    history, woken = History(), []
    before = history.since("a", None).position
    history.follow("a", lambda: woken.append(1))
    history.lose()
    assert woken == [1] and history.since("a", before).lost
