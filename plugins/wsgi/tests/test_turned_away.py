"""Who is answered by the door because the application said so a moment ago."""

from __future__ import annotations

import pytest
from dihya_hookspecs.web import CLOSED, TURNED_AWAY, Closed
from dihya_wsgi.turned_away import FORGIVEN, LONGEST, LONGEST_PAUSE, MOST, TurnedAway


class Clock:
    """A clock of the test's own."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def asked():
    """Return a function that makes the environment of a request."""
    return lambda method="POST", path="/in", **more: {"REQUEST_METHOD": method, "PATH_INFO": path, **more}


def status(found):
    return found and found[0].status


def test_one_address_is_turned_away_from_one_view(asked):
    """429 for the same address, path and method, for two seconds at most; the page that asks is not the form that is sent."""
    clock = Clock()
    away = TurnedAway(clock)
    away.learn("a", asked(**{TURNED_AWAY: 60}))
    assert status(away.refusal("a", asked())) == 429
    assert [away.refusal(*each) for each in (("b", asked()), ("a", asked("GET")), ("a", asked(path="/out")))] == [
        None
    ] * 3
    clock.now = LONGEST + 0.1
    assert away.refusal("a", asked()) is None


def test_who_goes_on_asking_waits_longer_for_each_refusal(asked):
    """At once the first time, a twentieth of a second longer each time, a second at most, and at once after ten quiet seconds."""
    clock = Clock()
    away = TurnedAway(clock)
    away.learn("a", asked(**{TURNED_AWAY: 1}))
    waits = [away.refusal("a", asked())[1] for _ in range(40)]
    assert waits[:3] == pytest.approx([0, 0.05, 0.1]) and waits[-1] == LONGEST_PAUSE
    clock.now = 2
    away.learn("a", asked(**{TURNED_AWAY: 1}))
    assert away.refusal("a", asked())[1] == LONGEST_PAUSE
    clock.now = 4 + FORGIVEN
    away.learn("a", asked(**{TURNED_AWAY: 1}))
    assert away.refusal("a", asked())[1] == 0


def test_an_overrun_view_is_closed_to_all_but_those_it_lets_in(asked):
    """503 whatever the address is, for the time that the view said, and not for who is known."""
    clock = Clock()
    away = TurnedAway(clock)
    away.learn("a", asked(**{CLOSED: Closed(1, lambda environ: environ.get("HTTP_COOKIE") == "known")}))
    assert status(away.refusal("z", asked())) == 503 and away.refusal("z", asked("GET")) is None
    assert away.refusal("z", asked(HTTP_COOKIE="known")) is None
    clock.now = 1.1
    assert away.refusal("z", asked()) is None


def test_a_question_that_fails_lets_in(asked, caplog):
    """The application decides then, and the log says why."""
    away = TurnedAway(Clock())
    away.learn("a", asked(**{CLOSED: Closed(1, lambda environ: 1 / 0)}))
    assert away.refusal("z", asked()) is None and "ZeroDivisionError" in caplog.text


def test_addresses_do_not_fill_the_memory(asked):
    """Beyond ten thousand the first one is forgotten."""
    away = TurnedAway(Clock())
    for number in range(MOST + 1):
        away.learn(str(number), asked(**{TURNED_AWAY: 1}))
    assert len(away._addresses) == MOST and away.refusal("0", asked()) is None


def test_a_crowd_takes_no_thread(opened):
    """With a real connection: the view is asked once, the next one hears 503 with Retry-After from the door."""
    times = []

    def app(environ, start_response):
        times.append(1)
        environ[CLOSED] = Closed(60, lambda other: False)
        start_response("503 Service Unavailable", [("Content-Length", "0")])
        return [b""]

    door = opened(app)
    assert door.client().post("/in", b"x").answer().status == 503
    answer = door.client("127.0.0.9").post("/in", b"x").answer()
    assert (answer.status, answer.headers["retry-after"], len(times)) == (503, "2", 1) and door.store.held == 0


def test_a_refusal_that_waits_keeps_the_order_of_answers(opened, monkeypatch):
    """A request sent ahead on the same connection is answered after it; a client that has said everything still hears both."""
    monkeypatch.setattr("dihya_wsgi.turned_away.LONGEST_PAUSE", 0.05)

    def app(environ, start_response):
        environ[CLOSED] = Closed(60, lambda other: other["PATH_INFO"] != "/in")
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    door = opened(app)
    assert door.client().post("/in", b"x").answer().status == 200
    client = door.client().post("/in", b"x").post("/other", b"x")
    client.socket.shutdown(1)
    assert [client.answer().status for _ in range(2)] == [503, 200]
