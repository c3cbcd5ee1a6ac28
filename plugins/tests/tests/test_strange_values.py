"""What counts as a calm answer to a strange value."""

import pytest
from dihya_tests.exploits.strange_values import ENCODED, TEXTS, offence
from flask import Response


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Response("<p>&lt;script&gt;alert</p>", 422, mimetype="text/html"), ""),
        (Response('{"status": "starting"}', 503), ""),
        (Response("<script>alert", mimetype="application/json"), ""),
        (Response("oops", 500), "500 b'oops'"),
        (Response("x", headers={"Set-Cookie": "evil=1"}), "the input became a header"),
        (Response("<p><script>alert('dihya')", mimetype="text/html"), "'<script>alert' stands in the page"),
        (Response("62710561", mimetype="text/html"), "'62710561' stands in the page"),
    ],
)
def test_a_failure_a_header_and_markup_are_offences(answer, said):
    """A refusal, a health check that says so, and the text in JSON are calm; a failure, a header and markup are not."""
    assert offence(answer) == said


def test_every_text_can_stand_in_an_address():
    """Each text has a form for addresses, in which nothing needs quoting any more."""
    assert set(ENCODED) == set(TEXTS) and all(text.isascii() and " " not in text for text in ENCODED.values())
