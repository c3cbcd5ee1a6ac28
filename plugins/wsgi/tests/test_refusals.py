"""What the server answers by itself."""

from __future__ import annotations

import json

from dihya_wsgi import refusals


def parts(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.decode(), body.decode()


def test_a_problem_for_programs():
    """RFC 9457, with the length of the body and no cache."""
    head, body = parts(refusals.rendered(refusals.FULL, {}, "now"))
    assert head.startswith("HTTP/1.1 503 ") and "Retry-After: 5" in head and "Connection: close" in head
    assert f"Content-Length: {len(body.encode())}" in head and "Cache-Control: no-store" in head
    assert json.loads(body)["code"] == "busy" and json.loads(body)["status"] == 503


def test_a_page_for_people():
    """In their language, closed to scripts."""
    wanted = {"HTTP_ACCEPT": "text/html", "HTTP_ACCEPT_LANGUAGE": "fr-BE"}
    head, body = parts(refusals.rendered(refusals.LATE, wanted, "now"))
    assert "text/html" in head and "default-src 'none'" in head
    assert '<html lang="fr">' in body and refusals.LATE.text.fr in body


def test_head_gets_no_body():
    """Only the length that it would have."""
    assert parts(refusals.rendered(refusals.BAD, {"REQUEST_METHOD": "HEAD"}, "now"))[1] == ""
    assert parts(refusals.alive("now", True, True))[1] == "" and parts(refusals.alive("now", True, False))[1]
