"""The largest request body, and what must pass."""

from __future__ import annotations

import io

import pytest


def test_a_body_that_is_announced_as_too_large_is_refused(web):
    """413 as a problem that says how much may be sent."""
    answer = web(max_body=2048).client().post("/answers/echo", data=b"x" * 2049)
    assert (
        answer.status_code == 413
        and answer.json["code"] == "too-large"
        and "2048 bytes at most" in answer.json["detail"]
    )


def chunked(app, size: int):
    """Send a form of *size* bytes without saying how long it is."""
    return app.client().post(
        "/answers/echo", input_stream=io.BytesIO(b"a=" + b"x" * (size - 2)),
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )  # fmt: skip


def test_a_body_that_turns_out_too_large_is_refused(web):
    """Without Content-Length the limit holds while reading; nothing is cut off silently."""
    app = web(max_body=2048)
    assert chunked(app, 2049).status_code == 413 and chunked(app, 500_000).status_code == 413
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
