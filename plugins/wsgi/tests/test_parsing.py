"""What a client sends becomes requests, or is refused in one answer."""

from __future__ import annotations

import json

import pytest

POST = "POST / HTTP/1.1\r\nHost: a\r\n"


def test_a_body_above_its_limit_is_refused_at_once(opened, echo):
    """413, announced or chunked; the answer can be read although the client goes on to send."""
    door = opened(echo)
    announced = door.client().post("/", b"x" * 100_000, size=3_000_000)
    assert announced.answer().status == 413
    size = 1024 * 1024 + 1
    chunk = b"%x\r\n%s\r\n" % (size, b"x" * size)
    assert door.client().send(f"{POST}Transfer-Encoding: chunked\r\n\r\n".encode() + chunk).answer().status == 413


def test_a_chunked_body_has_a_length(opened, echo):
    """The application gets the length that it turned out to have, and no trailer becomes a header."""
    sent = f"{POST}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Late: 1\r\n\r\n".encode()
    seen = json.loads(opened(echo).client().send(sent).answer().body)
    assert (seen["body"], seen["CONTENT_LENGTH"]) == ("abcde", "5")
    assert "HTTP_TRANSFER_ENCODING" not in seen and "HTTP_X_LATE" not in seen


IN_HEADER, IN_TARGET = "GET / HTTP/1.1\r\nHost: {}\r\n\r\n", "GET http://{}/ HTTP/1.1\r\nHost: a\r\n\r\n"
NO_HOSTS = ("a:80@b", "u@a", "a/b", "a?b", "a#b", "[::1", "a b", "a:b", "a,b", "a:1:2", "a\\b", "é", "a%2eb")


@pytest.mark.parametrize(
    ("head", "host"),
    [
        (head, host)
        for host in NO_HOSTS
        for head in (IN_HEADER, IN_TARGET)
        if head is IN_HEADER or host[1:2] not in ("/", "?", "#")
    ],
)
def test_a_host_that_is_none_is_refused(opened, echo, head, host):
    """Whatever compares names could read another one in it than whatever builds links; said by the header or by the target."""
    answer = opened(echo).client().send(head.format(host).encode()).answer()
    assert (answer.status, answer.headers.get("connection")) == (400, "close")


@pytest.mark.parametrize("host", ["a", "a.b-c_d:80", "127.0.0.1:8000", "[::1]:8000", "[2001:db8::1]", "A.", "a:", ""])
def test_a_host_that_is_one_is_passed_on(opened, echo, host):
    """As it was said, an address and a missing name included."""
    answer = opened(echo).client().send(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()).answer()
    assert json.loads(answer.body)["HTTP_HOST"] == host


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (f"{POST}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (f"{POST}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400),
        (f"{POST}Content-Length: -1\r\n\r\n", 400),
        (f"{POST}Transfer-Encoding: gzip\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX : 1\r\n\r\n", 400),
        ("GET gopher://x/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("nonsense\r\n\r\n", 400),
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + "x" * 70_000, 431),
        ("GET / HTTP/1.1\r\nHost: a\r\n" + "X: 1\r\n" * 101 + "\r\n", 431),
        ("GET /" + "x" * 70_000 + " HTTP/1.1\r\n", 431),
    ],
    ids=lambda value: str(value)[:40].split("\r\n", 1)[-1] or None,
)
def test_what_can_be_understood_in_two_ways_is_refused(opened, head, status, echo):
    """One answer, and the connection ends: nothing after it is taken for a request."""
    client = opened(echo).client().send(head.encode())
    assert client.answer().status == status and client.everything() == b""


def test_a_header_that_pretends_to_be_another_is_dropped(opened, echo):
    """``X_Forwarded_For`` would be read as ``X-Forwarded-For``."""
    assert "HTTP_X_FORWARDED_FOR" not in json.loads(opened(echo).client().get("/", "X_Forwarded_For: 1").answer().body)


def test_the_whole_url_as_target_counts_before_the_host_header(opened, echo):
    """RFC 9112, 3.2.2."""
    client = opened(echo).client().send(b"GET http://b/x?y=1 HTTP/1.1\r\nHost: a\r\n\r\n")
    seen = json.loads(client.answer().body)
    assert (seen["HTTP_HOST"], seen["PATH_INFO"], seen["QUERY_STRING"]) == ("b", "/x", "y=1")


def test_an_upgrade_is_answered_as_an_ordinary_request(opened, echo):
    """Nothing but HTTP/1.1 is spoken here, and the connection ends after it."""
    client = opened(echo).client().get("/", "Connection: Upgrade", "Upgrade: websocket")
    assert client.answer().status == 200 and client.everything() == b""
