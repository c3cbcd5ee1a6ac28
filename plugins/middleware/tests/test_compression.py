"""Compression of text."""

from __future__ import annotations

import gzip

import pytest
from dihya_middleware.compression import Compression
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

GZIP = {"Accept-Encoding": "gzip, br"}


def test_text_leaves_compressed_and_reads_the_same(web):
    """Pages and JSON are smaller; unpacked they are what they were."""
    client = web().client()
    for path in ("/answers/page", "/answers/json"):
        packed = client.get(path, headers=GZIP)
        assert packed.headers["Content-Encoding"] == "gzip" and packed.headers["Vary"] == "Accept-Encoding"
        plain = client.get(path).data
        assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain) / 3
        assert len(gzip.decompress(packed.data)) == len(plain)


@pytest.mark.parametrize("kind", ["short", "image", "stream", "events", "encoded", "cookie", "own"])
def test_what_is_better_left_alone_is(web, kind):
    """Short text, images, streams, events, what is encoded already, what sets a cookie, what says no-transform."""
    packed = web().client().get(f"/answers/{kind}", headers=GZIP)
    assert packed.status_code == 200 and packed.headers.get("Content-Encoding") in (None, "br")


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "*;q=0"])
def test_only_who_can_read_it_gets_it(web, accepted):
    """Who does not take gzip gets plain text, and caches are told that it varies."""
    plain = web().client().get("/answers/json", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in plain.headers and plain.headers["Vary"] == "Accept-Encoding"


def test_what_an_answer_varies_by_already_is_kept():
    """The view names the reader's language, the compression adds what it looks at."""
    response = Response("x", mimetype="text/plain", headers={"Vary": "Accept-Language"})
    Compression(6).after(Request(EnvironBuilder().get_environ()), response)
    assert response.headers["Vary"] == "Accept-Language, Accept-Encoding"


def test_a_strong_etag_stays_strong(web):
    """Other bytes have another strong name, so that If-Match can name them."""
    client = web().client()
    assert client.get("/answers/etag", headers=GZIP).headers["ETag"] == '"v1-gzip"'
    assert client.get("/answers/etag").headers["ETag"] == '"v1"'


@pytest.mark.parametrize(
    ("header", "said", "read"),
    [
        ("If-Match", '"v1-gzip"', '"v1-gzip", "v1"'),
        ("If-None-Match", '"a", "v1-gzip", "b"', '"a", "v1-gzip", "v1", "b"'),
        ("If-Match", 'W/"v1-gzip"', 'W/"v1-gzip"'),
        ("If-Match", '"v1"', '"v1"'),
        ("If-Match", "*", "*"),
    ],
)
def test_the_name_of_a_compressed_answer_is_understood(header, said, read):
    """A view reads the name that it gave, whatever was made of it on the way out; a weak one stays weak."""
    request = Request(EnvironBuilder(headers={header: said}).get_environ())
    Compression(6).before(request)
    assert request.headers[header] == read


def test_compression_can_be_switched_off(web):
    """Level 0 is off."""
    assert "Content-Encoding" not in web(gzip_level=0).client().get("/answers/json", headers=GZIP).headers
