"""The largest request body, and what must pass."""

from __future__ import annotations

import io

import pytest
from dihya_hookspecs.web import Accepts, accepts
from dihya_middleware.limits import RouteLimits, demand_flat
from dihya_middleware.settings import Settings


def test_a_body_that_is_announced_as_too_large_is_refused(web):
    """413 as a problem that says how much may be sent."""
    answer = web(max_body=2048).client().post("/answers/echo", data=b"x" * 2049)
    assert (
        answer.status_code == 413
        and answer.json["code"] == "too-large"
        and "2048 bytes at most" in answer.json["detail"]
    )


def chunked(app, size: int, **more: str):
    """Send a form of *size* bytes without saying how long it is."""
    return app.client().post(
        "/answers/echo", input_stream=io.BytesIO(b"a=" + b"x" * (size - 2)),
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked", **more},
    )  # fmt: skip


def test_a_body_that_turns_out_too_large_is_refused(web):
    """Without Content-Length the limit holds while reading; nothing is cut off silently."""
    app = web(max_body=2048)
    assert chunked(app, 2049).status_code == 413 and chunked(app, 500_000).status_code == 413
    assert chunked(app, 2049, CONTENT_LENGTH="0").status_code == 413
    whole = chunked(app, 2048)
    assert whole.status_code == 200 and len(whole.json["form"]["a"]) == 2046


def test_a_body_at_the_limit_passes(web):
    """Exactly as much as allowed is allowed."""
    assert web(max_body=2048).client().post("/answers/echo", data=b"x" * 2048).status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "l'école",
        "update my project",
        "select the best from all; drop me a line",
        "aujourd'hui -- demain",
        "<b>5 > 3</b>",
        "../..",
    ],
)
def test_ordinary_sentences_pass_unchanged(web, text):
    """Apostrophes, English verbs and dashes are text, in the address, in forms and in files."""
    client = web().client()
    assert client.get("/answers/echo", query_string={"q": text}).json["query"] == {"q": text}
    assert client.post("/answers/echo", data={"q": text}).json["form"] == {"q": text}
    upload = {"file": (io.BytesIO(f"--{text}--\r\n--boundary--".encode()), "école--1.txt")}
    assert client.post("/answers/echo", data=upload).json["files"] == {"file": f"--{text}--\r\n--boundary--"}


def test_each_kind_of_body_has_its_own_usual_limit(web):
    """Forms are smaller than JSON; a route may declare more, but not above the limit of the settings."""
    limits = RouteLimits(Settings(max_form=2000, max_json=3000, max_body=9000))

    @accepts(max_body=5000, seconds=2, fields=7)
    def declared():
        """Declares."""

    @accepts(max_body=50_000)
    def too_much():
        """Declares more than the operator allows."""

    assert limits.of(None, "application/json") == Accepts(3000, None, 5000)
    assert limits.of(None, "application/x-www-form-urlencoded") == Accepts(2000, None, 1000)
    assert limits.of(None, "multipart/form-data").max_body == 2000
    assert limits.of(declared, "application/json") == Accepts(5000, 2, 7)
    assert limits.of(too_much, "text/csv").max_body == 9000


def test_a_form_with_too_many_fields_is_refused_before_it_is_parsed(web):
    """422, without a field having been looked at."""
    client = web(max_fields=50).client()
    answer = client.post("/answers/echo", data="a=&" * 50 + "b=1", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422 and answer.json["code"] == "too-many-fields"
    assert client.post("/answers/echo", data={f"f{n}": "1" for n in range(50)}).status_code == 200


def test_too_many_parts_are_refused(web):
    """Multipart forms too."""
    client, parts = web(max_fields=50).client(), {f"f{n}": "x" for n in range(60)}
    assert client.post("/answers/echo", data=parts, content_type="multipart/form-data").status_code == 413


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"[" * 900 + b"]" * 900, "too-deep"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "too-deep"),
        (b"[" * 500_000, "too-deep"),
        (b"[" + b"0," * 5000 + b"0]", "too-many-fields"),
        (b"{" + b'"a":1,' * 6000 + b'"a":1}', "too-many-fields"),
        (b'""' * 20_000, "too-many-fields"),
        ("[1]".encode("utf-16"), "json"),
    ],
    ids=["deep list", "deep object", "open", "long list", "long object", "strings", "utf-16"],
)
def test_json_that_is_too_much_is_refused_before_it_is_parsed(web, text, code):
    """Depth and number of values are counted in the text."""
    answer = web().client().post("/answers/echo", data=text, content_type="application/json")
    assert answer.status_code in (400, 422) and answer.json["code"] == code


@pytest.mark.parametrize(
    "text",
    [b'"' + b'\\"' * 400_000, b'"' + b"\\" * 799_999, b'["' + b"[{," * 30_000 + b'"]', b'{"a":[1,{"b":"]]"}]}', b""],
    ids=["open string", "backslashes", "brackets in a string", "ordinary", "empty"],
)
def test_what_stands_in_strings_does_not_count(text):
    """Brackets in strings do not count as depth, and each byte is looked at once, so that no text is slow."""
    demand_flat(text, 5000, 32)
