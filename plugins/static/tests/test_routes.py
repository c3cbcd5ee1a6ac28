"""Assets over HTTP: for ever by fingerprint, until changed by name."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from dihya_hookspecs.ui import Assets


@pytest.fixture
def client(make_app: Any) -> Any:
    """A client of an application with assets only."""
    return make_app("static").client()


@pytest.fixture
def address(make_app: Any) -> str:
    """The address of the style sheet that templates are given."""
    app = make_app("static")
    with app.flask.test_request_context(), app.act("test") as act:
        return act.get(Assets).url("static/dihya.css")


def test_a_fingerprinted_asset_stays_for_a_year(client: Any, address: str) -> None:
    """The address in a page never changes its content, so it is kept for a year without asking."""
    answer = client.get(address)
    assert answer.status_code == 200 and answer.content_type == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_plain_name_is_asked_for_again(client: Any) -> None:
    """A plain name is checked each time, and answers 304 when nothing changed."""
    answer = client.get("/static/static/dihya.css")
    assert answer.headers["Cache-Control"] == "no-cache"
    again = client.get("/static/static/dihya.css", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""


def test_browsers_get_it_compressed(client: Any) -> None:
    """Gzip is sent to whoever takes it, with an ETag of its own; others get it plain."""
    plain = client.get("/static/static/dihya.css")
    zipped = client.get("/static/static/dihya.css", headers={"Accept-Encoding": "gzip, br"})
    assert zipped.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert gzip.decompress(zipped.data) == plain.data
    assert zipped.headers["ETag"] != plain.headers["ETag"] and "Accept-Encoding" in plain.vary
    assert (
        "Content-Encoding"
        not in client.get("/static/static/dihya.css", headers={"Accept-Encoding": "gzip;q=0"}).headers
    )


def test_a_part_and_the_head_can_be_asked_for(client: Any) -> None:
    """Range gives those bytes of the plain file, HEAD its length without content."""
    whole = client.get("/static/static/montserrat.woff2").data
    part = client.get("/static/static/montserrat.woff2", headers={"Range": "bytes=10-19", "Accept-Encoding": "gzip"})
    assert part.status_code == 206 and part.data == whole[10:20]
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert client.get("/static/static/montserrat.woff2", headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    head = client.head("/static/static/montserrat.woff2")
    assert head.data == b"" and int(head.headers["Content-Length"]) == len(whole)


@pytest.mark.parametrize(
    "path",
    ["static/VENDOR.md", "static/../settings.py", "static/%2e%2e/service.py", "static/..%2fservice.py", "static/%5c..%5cservice.py",
     "static/dihya.00000000.css", "nobody/x.css", "static/", "static/dihya.css%00"],
)  # fmt: skip
def test_nothing_else_is_served(client: Any, path: str) -> None:
    """Other files, other folders and wrong fingerprints are not found."""
    assert client.get(f"/static/{path}").status_code in (404, 308)
