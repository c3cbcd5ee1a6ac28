"""Requests as the application gets them."""

from __future__ import annotations

import io

import pytest
from dihya_wsgi import environ as wsgi


def test_names_of_headers():
    """As PEP 3333 writes them, without those that could pretend to be another."""
    assert wsgi.key(b"X-Own-Name") == "HTTP_X_OWN_NAME" and wsgi.key(b"Content-Type") == "CONTENT_TYPE"
    assert wsgi.key(b"X_Own") is None


def test_names_of_strangers_do_not_fill_the_memory():
    """Only so many are remembered."""
    for number in range(wsgi.MOST_NAMES + 50):
        wsgi.key(b"x-%d" % number)
    assert len(wsgi._names) <= wsgi.MOST_NAMES and wsgi.key(b"x-1049") == "HTTP_X_1049"


@pytest.mark.parametrize(
    ("raw", "path", "query"),
    [
        (b"/a%2Fb?x=%20", "/a/b", "x=%20"),
        (b"/%C3%A9", "/\xc3\xa9", ""),
        (b"//double", "//double", ""),
        (b"/a#b?c", "/a", ""),
        (b"*", "/*", ""),
        (b"http://h", "/", ""),
    ],
)
def test_targets(raw, path, query):
    """The path decoded to bytes, the query as it came."""
    environ = {}
    wsgi.target(environ, raw)
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == (path, query)


@pytest.mark.parametrize("raw", [b"host:443", b"file:///etc", b"a/b", b"http://"])
def test_targets_that_are_none(raw):
    """Neither a path nor a URL."""
    with pytest.raises(wsgi.BadRequest):
        wsgi.target({}, raw)


def test_a_request_without_a_body_says_so():
    """Nobody behind the server looks for one."""
    environ = {}
    wsgi.set_body(environ, io.BytesIO(), 0, False)
    assert environ["CONTENT_LENGTH"] == "0"


def test_a_chunked_body_gets_its_length():
    """Applications read Content-Length only."""
    environ = {"HTTP_TRANSFER_ENCODING": "chunked"}
    wsgi.set_body(environ, io.BytesIO(b"abc"), 3, True)
    assert environ["CONTENT_LENGTH"] == "3" and "HTTP_TRANSFER_ENCODING" not in environ


@pytest.mark.parametrize(("workers", "several"), [(1, False), (2, True)])
def test_an_application_is_told_whether_other_processes_answer_too(workers, several):
    """As PEP 3333 says it; whatever the number of workers, threads are several."""
    base = wsgi.base(("127.0.0.1", 80), ("127.0.0.2", 1234), workers)
    assert (base["wsgi.multiprocess"], base["wsgi.multithread"]) == (several, True)
