"""Downloads."""

from __future__ import annotations

import pytest
from dihya_hookspecs.storage import Blobs

DATA = bytes(range(256)) * 4


@pytest.fixture
def app(make_app):
    return make_app("storage")


@pytest.fixture
def blob(app):
    with app.act() as act:
        return act.get(Blobs).put(DATA, media_type="text/html", filename='été".html', purpose="test", owner="p1")


def test_the_owner_gets_the_file_as_an_attachment(app, blob):
    """The owner downloads the bytes, under their name, and no browser shows them as a page."""
    answer = app.client("user", id="p1").get(f"/storage/{blob.digest}")
    assert (answer.status_code, answer.data) == (200, DATA)
    expected = "attachment; filename=\"_t__.html\"; filename*=UTF-8''%C3%A9t%C3%A9%22.html"
    assert answer.headers["Content-Disposition"] == expected
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"] == f'"{blob.digest}"' and answer.content_length == len(DATA)


def test_an_administrator_gets_it_too(app, blob):
    """Administrators may have any file."""
    assert app.client("admin").get(f"/storage/{blob.digest}").data == DATA


def test_nobody_else_learns_that_it_exists(app, blob):
    """Other people get 404, as for a digest that is not there; nobody signed in gets 401."""
    assert app.client("user", id="p2").get(f"/storage/{blob.digest}").status_code == 404
    assert app.client("user", id="p2").get(f"/storage/{'0' * 64}").status_code == 404
    assert app.client("auditeur").get(f"/storage/{blob.digest}").status_code == 404
    assert app.client().get(f"/storage/{blob.digest}").status_code == 401


@pytest.mark.parametrize(
    ("asked", "sent", "start", "end"),
    [("bytes=0-9", "bytes 0-9/1024", 0, 10), ("bytes=1000-", "bytes 1000-1023/1024", 1000, 1024),
     ("bytes=-4", "bytes 1020-1023/1024", 1020, 1024)],
)  # fmt: skip
def test_a_part_of_the_file(app, blob, asked, sent, start, end):
    """A range is answered with 206 and exactly these bytes."""
    answer = app.client("user", id="p1").get(f"/storage/{blob.digest}", headers={"Range": asked})
    assert (answer.status_code, answer.headers["Content-Range"]) == (206, sent)
    assert answer.data == DATA[start:end]


def test_a_range_that_is_not_there(app, blob):
    """A range beyond the end is 416."""
    answer = app.client("user", id="p1").get(f"/storage/{blob.digest}", headers={"Range": "bytes=5000-"})
    assert answer.status_code == 416


def test_what_the_browser_has_is_not_sent_again(app, blob):
    """A matching ETag is answered with 304 and no body."""
    answer = app.client("user", id="p1").get(f"/storage/{blob.digest}", headers={"If-None-Match": f'"{blob.digest}"'})
    assert (answer.status_code, answer.data) == (304, b"")


def test_head_says_the_size(app, blob):
    """HEAD gives the headers without the bytes."""
    answer = app.client("user", id="p1").head(f"/storage/{blob.digest}")
    assert (answer.status_code, answer.content_length, answer.data) == (200, len(DATA), b"")


def test_missing_bytes_are_a_404(app, blob):
    """A blob whose file was removed by hand is answered with a problem, not with half an answer."""
    (app.data / "blobs" / blob.digest[:2] / blob.digest).unlink()
    assert app.client("user", id="p1").get(f"/storage/{blob.digest}").status_code == 404
