"""A request in the hands of the application."""

from __future__ import annotations

from contextvars import ContextVar

from dihya_wsgi.exchange import PORTION, Exchange

where: ContextVar[str] = ContextVar("where", default="nowhere")


class Receiver:
    """Keeps what it is told."""

    def __init__(self):
        self.parts, self.more, self.begun = [], [], None

    def answered(self, exchange, data, more):
        self.parts.append(data)
        self.more.append(more)

    def failed(self, exchange, begun):
        self.begun = begun


def exchange(app, method="GET", chunks=True):
    receiver = Receiver()
    return Exchange(app, {"REQUEST_METHOD": method, "PATH_INFO": "/"}, None, receiver, True, chunks, "now"), receiver


def test_a_whole_answer_is_one_part_with_its_length():
    """What write() was given comes first."""

    def app(environ, start_response):
        start_response("201 Created", [("X-A", "b")])(b"12")
        return [b"3"]

    one, told = exchange(app)
    one.work()
    assert told.parts == [b"HTTP/1.1 201 Created\r\nX-A: b\r\nContent-Length: 3\r\nDate: now\r\n\r\n123"]
    assert told.more == [False]


def test_a_long_answer_is_made_in_portions_within_one_context():
    """Each when it is asked for; what the application set in its context is there the next time."""

    def app(environ, start_response):
        start_response("200 OK", [])
        where.set("inside")
        return (where.get().encode() + b"x" * PORTION for _ in range(2))

    one, told = exchange(app)
    one.work()
    assert told.more == [True] and b"Transfer-Encoding: chunked" in told.parts[0]
    one.work()
    one.work()
    assert told.more == [True, True, False] and b"inside" in told.parts[1] and told.parts[2] == b"0\r\n\r\n"
    assert where.get() == "nowhere"


def test_an_old_client_gets_no_chunks():
    """The end of the connection ends the answer."""

    def app(environ, start_response):
        start_response("200 OK", [])
        return (b"x" * PORTION for _ in range(2))

    one, told = exchange(app, chunks=False)
    one.work()
    assert not one.keep and b"Connection: close" in told.parts[0] and b"chunked" not in told.parts[0]


def test_answers_without_a_body_have_none():
    """HEAD, 204 and 304, whatever the application returns."""

    def app(environ, start_response):
        start_response("204 No Content", [])
        return [b"abc"]

    one, told = exchange(app)
    one.work()
    assert told.parts[0].endswith(b"\r\n\r\n") and b"Content-Length" not in told.parts[0]


def test_what_the_application_says_of_itself_is_not_passed_on():
    """Server and hop-by-hop headers are the server's."""

    def app(environ, start_response):
        start_response("200 OK", [("Server", "x"), ("Connection", "close"), ("Keep-Alive", "1")])
        return []

    one, told = exchange(app)
    one.work()
    assert b"Server" not in told.parts[0] and b"Keep-Alive" not in told.parts[0] and not one.keep


def test_a_failure_says_whether_the_answer_had_begun(caplog):
    """After that only the end of the connection tells that it is not whole."""

    def app(environ, start_response):
        start_response("200 OK", [])
        yield b"x" * PORTION
        raise RuntimeError

    one, told = exchange(app)
    one.work()
    one.work()
    assert told.begun is True
    one, told = exchange(lambda environ, start_response: [b""])
    one.work()
    assert told.begun is False and "start_response" in caplog.text
