"""Connections: HTTP/1.1 as it is written, and an end for whatever takes too long."""

from __future__ import annotations

import json
import threading

import pytest

POST = "POST / HTTP/1.1\r\nHost: a\r\n"


def test_an_ordinary_request(opened, echo):
    """The application sees method, path, query and headers; the answer has a length, a date and no Server header."""
    client = opened(echo).client().get("/a%20b?c=d%20e", "X-Own: 1", "Cookie: a=1", "Cookie: b=2")
    answer = client.answer()
    seen = json.loads(answer.body)
    assert answer.status == 200 and "date" in answer.headers and "server" not in answer.headers
    assert (seen["PATH_INFO"], seen["QUERY_STRING"], seen["HTTP_X_OWN"]) == ("/a b", "c=d%20e", "1")
    assert seen["HTTP_COOKIE"] == "a=1; b=2" and seen["REMOTE_ADDR"] == "127.0.0.1"
    assert json.loads(client.get("/second").answer().body)["PATH_INFO"] == "/second"


def test_a_connection_that_says_nothing_is_closed(opened, echo):
    """The time for headers counts from the connection on."""
    assert opened(echo, header_seconds=0.1).client().everything() == b""


def test_half_a_head_is_answered_and_closed(opened, echo):
    """408, although bytes go on to come."""
    client = opened(echo, header_seconds=0.1).client().send(b"GET / HTTP/1.1\r\nHost")
    assert client.answer().status == 408 and client.everything() == b""


@pytest.mark.parametrize(
    "sent",
    [f"{POST}Content-Length: 9\r\n\r\nabc", f"{POST}Transfer-Encoding: chunked\r\n\r\n9\r\nabc"],
    ids=["length", "chunked"],
)
def test_half_a_body_is_answered_and_closed(opened, sent, echo):
    """408 after the time for the whole body."""
    client = opened(echo, body_seconds=0.1).client().send(sent.encode())
    answer = client.answer()
    assert answer.status == 408 and json.loads(answer.body)["code"] == "timeout" and client.everything() == b""


def test_a_body_that_drips_is_ended_before_its_time(opened, monkeypatch, echo):
    """Fewer bytes a second than agreed: 408, however much time is left."""
    from dihya_wsgi.body import Body

    monkeypatch.setattr(Body, "patience", 0.1)
    assert opened(echo, body_rate=10_000).client().post("/", b"abc", size=90_000).answer().status == 408


def test_half_bodies_take_no_thread(opened, echo):
    """Many more of them than threads: a whole request is answered."""
    door = opened(echo)
    halves = [door.client().post("/", b"x", size=50) for _ in range(20)]
    assert door.client().post("/", b"whole").answer().status == 200
    assert json.loads(halves[0].send(b"y" * 49).answer().body)["size"] == 50


def test_the_server_lives_while_every_thread_is_stuck(opened, stuck):
    """/health/live is answered by the loop."""
    free = threading.Event()
    door = opened(stuck(free))
    waiting = [door.client().get() for _ in range(5)]
    answer = door.client().get("/health/live").answer()
    assert (answer.status, answer.body) == (200, b'{"status":"ok"}\n') and answer.headers["cache-control"] == "no-store"
    free.set()
    assert [client.answer().status for client in waiting] == [200] * 5


def test_a_large_body_arrives_whole(opened, echo):
    """From memory to a temporary file, and the room is given back."""
    door = opened(echo)
    seen = json.loads(door.client().post("/", b"x" * 900_000).answer().body)
    assert (seen["size"], seen["CONTENT_LENGTH"]) == (900_000, "900000") and door.store.held == 0


def test_requests_sent_at_once_are_answered_in_order(opened, echo):
    """Pipelining, a body in between and a live question included."""
    client = opened(echo).client()
    client.get("/1").post("/2", b"two").get("/health/live").get("/3")
    assert json.loads(client.answer().body)["PATH_INFO"] == "/1"
    assert json.loads(client.answer().body)["body"] == "two"
    assert client.answer().body == b'{"status":"ok"}\n'
    assert json.loads(client.answer().body)["PATH_INFO"] == "/3"


def test_nobody_sends_a_thousand_requests_ahead(opened, stuck, until):
    """What was begun is answered, the rest is dropped, and the server goes on."""
    free = threading.Event()
    door = opened(stuck(free))
    client = door.client().get("/first").send(b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n" * 1000)
    until(lambda: any(each.deaf for each in door.connections))
    free.set()
    assert client.answer().status == 200 and client.everything() == b""
    assert door.client().get("/health/live").answer().status == 200


def test_a_view_that_wants_to_end_the_process_does_not(opened, caplog):
    """SystemExit is a failure like any other: 500."""

    def app(environ, start_response):
        raise SystemExit(3)

    assert opened(app).client().get().answer().status == 500


def test_head_has_no_body(opened, echo):
    """The next answer on the connection follows at once."""
    client = opened(echo).client().send(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert client.answer(body=False).status == 200
    assert client.get("/next").answer().status == 200


def test_who_asks_before_sending_is_told_to_go_on(opened, echo):
    """100 Continue, or 413 instead of it."""
    door = opened(echo)
    client = door.client().post("/", b"", "Expect: 100-continue", size=3)
    assert client.answer(body=False).status == 100
    assert json.loads(client.send(b"abc").answer().body)["body"] == "abc"
    assert door.client().post("/", b"", "Expect: 100-continue", size=9_000_000).answer().status == 413


def test_http_1_0_and_close_end_the_connection(opened, echo):
    """The end of the answer is the end of the connection, unless keep-alive is asked for."""
    door = opened(echo)
    old = door.client().send(b"GET / HTTP/1.0\r\n\r\n")
    assert old.answer().headers["connection"] == "close" and old.everything() == b""
    assert (
        door.client().send(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").answer().headers["connection"]
        == "keep-alive"
    )
    closing = door.client().get("/", "Connection: close")
    assert closing.answer().status == 200 and closing.everything() == b""


def test_who_has_said_everything_still_hears_the_answer(opened, stuck):
    """A client that ends its own side after the request is answered."""
    free = threading.Event()
    client = opened(stuck(free)).client().get()
    client.socket.shutdown(1)
    free.set()
    assert client.answer().status == 200


def test_an_unused_connection_is_closed(opened, echo):
    """After ``keep_alive_seconds``."""
    client = opened(echo, keep_alive_seconds=0.1).client().get()
    assert client.answer().status == 200 and client.everything() == b""


def test_one_connection_that_cannot_be_judged_keeps_no_other_from_its_end(opened, echo, until, caplog):
    """A failure in the look at one connection's time is logged, and the others are looked at."""
    door = opened(echo, header_seconds=0.2)
    first = door.client()
    until(lambda: len(door.connections) == 1)
    next(iter(door.connections)).check_time = lambda now: 1 / 0
    assert door.client().everything() == b"" and first.everything() == b"" and "ZeroDivisionError" in caplog.text


def test_a_refusal_is_a_page_in_the_readers_language(opened, echo):
    """For a browser that reads French."""
    client = opened(echo).client()
    answer = client.post("/", b"", "Accept: text/html", "Accept-Language: fr", size=9_000_000).answer()
    assert answer.status == 413 and "trop volumineux" in answer.body.decode()
