"""The door: how many may come in, from where, and with how much."""

from __future__ import annotations

import json
import logging
import threading
from types import SimpleNamespace

from dihya_hookspecs.web import TURNED_AWAY, Accepts, accepts, limited
from dihya_wsgi import door as module
from dihya_wsgi import turned_away
from dihya_wsgi.connection import Connection
from dihya_wsgi.launch import Plan
from dihya_wsgi.settings import Settings
from flask import Flask, request


def test_one_address_has_so_many_connections(opened, until, echo):
    """The next one is answered 429 at once; other addresses, and those of proxies, are not concerned."""
    door = opened(echo, connections_per_address=2)
    mine = [door.client("127.0.0.2") for _ in range(2)]
    answer = door.client("127.0.0.2").answer()
    assert answer.status == 429 and answer.headers["retry-after"] == "10"
    assert door.client("127.0.0.3").get().answer().status == 200
    assert all(door.client().get().answer().status == 200 for _ in range(5))
    mine[0].close()
    until(lambda: door._by_address["127.0.0.2"] == 1)
    assert door.client("127.0.0.2").get().answer().status == 200


def test_a_newcomer_takes_the_place_of_who_has_waited_longest(opened, echo):
    """However many silent connections there are, who asks is answered."""
    door = opened(echo, connections=8)
    silent = [door.client() for _ in range(20)]
    assert door.client().get().answer().status == 200
    assert silent[0].everything() == b""


def test_a_full_house_is_said(opened, until, stuck):
    """When every connection is being answered, the newcomer hears 503."""
    free = threading.Event()
    door = opened(stuck(free), connections=8)
    busy = [door.client().get() for _ in range(8)]
    until(lambda: sum(each.answers.exchange is not None for each in door.connections) == 8)
    assert door.client().answer().status == 503
    free.set()
    assert [client.answer().status for client in busy] == [200] * 8


def test_requests_do_not_queue_without_end(opened, until, stuck):
    """More than may wait for a thread: 503 with Retry-After, at once."""
    free, asked = threading.Event(), threading.Event()
    door = opened(stuck(free, asked), threads=1, waiting=1)
    first = door.client().get()
    assert asked.wait(20)
    second = door.client().get()
    until(lambda: door.threads._queue.qsize() == 1)
    answer = door.client().get().answer()
    assert answer.status == 503 and answer.headers["retry-after"] == "5"
    free.set()
    assert first.answer().status == second.answer().status == 200


def test_bodies_do_not_fill_the_memory(opened, until, echo):
    """All bodies together: beyond the agreed number of bytes the next one hears 503, and room comes back."""
    door = opened(echo, buffered_bytes=1024 * 1024)
    half = door.client().post("/", b"x" * 800_000, size=900_000)
    until(lambda: door.store.held == 800_000)
    assert door.client().post("/", b"x" * 300_000).answer().status == 503
    half.close()
    until(lambda: door.store.held == 0)
    assert door.client().post("/", b"x" * 300_000).answer().status == 200


def application():
    """A Flask application with a route that takes little."""
    app = Flask("few")

    @app.post("/few")
    @accepts(max_body=10, seconds=0.1)
    def few():
        return str(len(request.get_data()))

    @app.post("/usual")
    def usual():
        return str(len(request.get_data()))

    return app


def test_a_route_says_what_it_takes(opened):
    """Size and time of ``@accepts`` hold before a thread is taken."""
    door = opened(application())
    assert door.client().post("/few", b"x" * 10).answer().body == b"10"
    assert door.client().post("/few", b"x" * 11).answer().status == 413
    assert door.client().post("/few", b"x", size=5).answer().status == 408
    assert door.client().post("/usual", b"x" * 11).answer().body == b"11"


def test_the_middleware_says_what_the_others_take(opened):
    """The limits are asked with the view and the media type."""

    class Limits:
        def of(self, view, media_type):
            return Accepts(max_body=4 if (view.__name__, media_type) == ("usual", "text/csv") else 20)

    door = opened(application(), limits=Limits())
    csv = "Content-Type: Text/CSV; charset=utf-8"
    assert door.client().post("/usual", b"12345", csv).answer().status == 413
    assert door.client().post("/usual", b"12345").answer().body == b"5"


def test_the_log_hears_of_refusals_once_a_minute(opened, until, caplog, monkeypatch, echo):
    """With the reasons, their number, and the address that caused most."""
    caplog.set_level(logging.WARNING, "dihya.wsgi")
    monkeypatch.setattr(module, "TELL_EVERY", 0.0)
    door = opened(echo)
    assert door.client("127.0.0.5").send(b"nonsense\r\n\r\n").answer().status == 400
    until(lambda: "bad-request 1; most often 127.0.0.5 (1 times)" in caplog.text)


def test_a_stop_answers_what_has_begun(opened, until, stuck):
    """At a stop, what has begun is answered, and the client is told that it was the last one."""
    free = threading.Event()
    door = opened(stuck(free))
    client = door.client().get()
    until(lambda: any(each.answers.exchange for each in door.connections))
    door.loop.call_soon_threadsafe(lambda: door.loop.create_task(door.close(5)))
    until(lambda: door.stopping)
    free.set()
    answer = client.answer()
    assert answer.headers["connection"] == "close" and json.loads(answer.body)["PATH_INFO"] == "/"


def test_who_was_turned_away_takes_no_thread_for_a_moment(opened, until, monkeypatch):
    """The door says 429 by itself, to that address and for that path only, until the moment is over."""
    asked = []

    def app(environ, start_response):
        asked.append(environ["PATH_INFO"])
        environ[TURNED_AWAY] = 20
        start_response("429 Too Many Requests", [])
        return [b"from the application"]

    monkeypatch.setattr(turned_away, "LONGEST", 0.3)
    door = opened(app)
    assert door.client("127.0.0.2").get("/in").answer().body == b"from the application"
    answer = door.client("127.0.0.2").get("/in").answer()
    assert (answer.status, answer.headers["retry-after"]) == (429, "2") and asked == ["/in"]
    assert door.client("127.0.0.3").get("/in").answer().body == b"from the application"
    assert door.client("127.0.0.2").get("/out").answer().body == b"from the application"
    until(lambda: door.client("127.0.0.2").get("/in").answer().body == b"from the application")


def test_a_view_that_strangers_may_call_has_a_part_of_the_threads(opened, until):
    """A flood of it, from as many addresses as one likes, leaves the other threads free; who finds no room hears 503."""
    app, free, inside = Flask("flood"), threading.Event(), []

    @app.post("/in")
    @limited(30)
    def sign_in():
        inside.append(1)
        free.wait(20)
        return "in"

    @app.get("/page")
    def page():
        return "page"

    door = opened(app, threads=2, waiting=16)
    flood = [door.client(f"127.0.1.{number}").post("/in", b"x") for number in range(2, 6)]
    until(lambda: inside)
    answers = []
    until(lambda: answers.append(flood[-1].answer().status) or answers)
    assert answers == [503]  # one runs, two wait
    assert door.client().get("/page").answer().body == b"page" and len(inside) == 1
    free.set()
    assert [client.answer().status for client in flood[:3]] == [200] * 3 and not door.threads._lanes


def test_between_two_looks_at_a_part_of_the_connections_the_loop_is_free(monkeypatch, echo):
    """However many there are, each is looked at once in a round, and nobody waits until all have been."""
    monkeypatch.setattr(module, "PART", 2)
    looked, planned = [], []
    loop = SimpleNamespace(time=lambda: 7.0, call_later=lambda seconds, *what: planned.append((seconds, what)))
    door = module.Door(Plan.of(Settings(threads=1), "127.0.0.1"), echo, loop)
    for name in "abcde":
        connection = Connection(door)
        connection.lost, connection.check_time = name == "d", lambda now, name=name: looked.append(name)
        door.connections[connection] = None
    rounds = []
    door.tick()
    while len(rounds) < 3:
        rounds.append("".join(looked))
        looked.clear()
        seconds, (go_on, *rest) = planned.pop()
        assert not planned and seconds == module.TICK / 3
        go_on(*rest)
    door.threads.close()
    door.lookers.close()
    assert rounds == ["ab", "c", "e"]
