"""Answers: whole, in their time, and closed where nobody reads them."""

from __future__ import annotations

import threading


def large(environ, start_response):
    """Answer with 30 MB, part by part."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return (b"x" * 65536 for _ in range(480))


def trickled(client, portion, pause):
    """Read *portion* bytes now and then until the server ends the connection; return how many came."""
    received, rest = 0, threading.Event()
    try:
        while data := client.socket.recv(portion):
            received += len(data)
            rest.wait(pause)
    except ConnectionResetError:
        pass
    return received


def test_slow_readers_hold_no_thread_and_are_closed(opened, until, echo):
    """Twenty clients that do not read a large answer: others are answered, and their time ends."""

    def app(environ, start_response):
        return (large if environ["PATH_INFO"] == "/large" else echo)(environ, start_response)

    door = opened(app, write_seconds=0.3)
    slow = [door.client(receive=4096).get("/large") for _ in range(20)]
    assert door.client().get().answer().status == 200
    until(lambda: len(door.connections) <= 1)
    assert len(slow[0].everything()) < 30_000_000


def test_who_takes_a_little_now_and_then_is_closed(opened):
    """A client that empties the buffer again and again, at less than the agreed rate, does not keep its answer for ever."""
    door = opened(large, write_seconds=0.5, write_rate=20_000_000)
    assert trickled(door.client(receive=4096).get(), 60_000, 0.01) < 480 * 65536


def test_a_whole_answer_has_its_time(opened, until):
    """A client that reads steadily, and would do so for hours, is ended when the answer's time is over."""
    door = opened(large, answer_seconds=0.3, write_rate=0)
    assert trickled(door.client(receive=4096).get(), 2000, 0.01) < 480 * 65536
    until(lambda: not door.connections)


def test_a_new_answer_on_the_connection_has_its_own_time(opened, echo, until):
    """The time of an answer that was taken does not run on while the connection is kept."""
    door = opened(echo, answer_seconds=0.2)
    client = door.client()
    for _ in range(3):
        assert client.get().answer().status == 200
        until(lambda: all(each.pace._ends == float("inf") for each in door.connections))
    began = door.loop.time()
    until(lambda: door.loop.time() - began > 0.4)
    assert client.get().answer().status == 200


def test_a_large_answer_arrives_whole(opened):
    """In chunks, since nobody knew its length."""
    answer = opened(large).client().get().answer()
    assert answer.headers["transfer-encoding"] == "chunked" and len(answer.body) == 480 * 65536


def test_what_nobody_reads_any_more_is_closed(opened, until):
    """A client that leaves in the middle of an answer: the application hears of it."""
    closed = threading.Event()

    class Parts:
        def __iter__(self):
            return (b"x" * 65536 for _ in range(10_000))

        def close(self):
            closed.set()

    def app(environ, start_response):
        start_response("200 OK", [])
        return Parts()

    client = opened(app).client(receive=4096).get()
    client.socket.recv(1000)
    client.close()
    assert closed.wait(10)


def test_an_application_that_fails_is_a_500(opened, caplog):
    """Before its answer has begun; the traceback is in the log, and the next request is answered."""

    def app(environ, start_response):
        raise RuntimeError("inside")

    client = opened(app).client().get()
    answer = client.answer()
    assert answer.status == 500 and b"inside" not in answer.body and "inside" in caplog.text


def test_a_line_break_in_a_header_is_a_500(opened):
    """Nobody writes a second header into one."""

    def app(environ, start_response):
        start_response("200 OK", [("X-Own", "a\r\nSet-Cookie: b=c")])
        return [b""]

    assert opened(app).client().get().answer().status == 500
