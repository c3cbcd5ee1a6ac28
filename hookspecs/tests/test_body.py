"""The JSON body of a request, read in one way by every plugin."""

from __future__ import annotations

from typing import Literal

import pytest
from dihya_hookspecs import Invalid, i18n
from dihya_hookspecs.web import body
from flask import Flask
from pydantic import BaseModel, Field


class Inner(BaseModel):
    """A part of the body."""

    size: int = Field(ge=1)


class Form(BaseModel):
    """A body."""

    name: str = Field(max_length=5)
    kind: Literal["a", "b"] = "a"
    parts: dict[str, Inner] = {}


def read(data, method="POST", mimetype="application/json"):
    """Return the body of a request as the form."""
    with Flask("x").test_request_context("/", method=method, data=data, content_type=mimetype):
        return body(Form)


def refused(data, **more):
    """Return the refusal of a body."""
    with pytest.raises(Invalid) as caught:
        read(data, **more)
    return caught.value


def test_a_body_becomes_the_form():
    """What the body leaves out has its default."""
    assert read('{"name": "Tin"}') == Form(name="Tin")


@pytest.mark.parametrize(
    ("data", "mimetype", "status", "code"),
    [
        ("{}", "text/plain", 415, "media-type"),
        ("{", "application/json", 400, "json"),
        ("\xff", "application/json", 400, "json"),
        ('{"name": NaN}', "application/json", 400, "json"),
        ("[" * 9999, "application/json", 400, "json"),
        ("[]", "application/json", 422, "invalid"),
        ("null", "application/json", 422, "invalid"),
        ("", "application/json", 400, "json"),
        ("{}", "application/json", 422, "invalid"),
    ],
)
def test_what_is_no_body_is_refused(data, mimetype, status, code):
    """Nothing sent stands for an empty object; each kind of mistake has its status."""
    found = refused(data, mimetype=mimetype)
    assert (found.status, found.code) == (status, code)


def test_a_patch_may_be_sent_as_merge_patch():
    """RFC 7396 has a media type of its own, and 415 says which ones are taken."""
    assert read('{"name": "Tin"}', method="PATCH", mimetype="application/merge-patch+json").name == "Tin"
    assert "merge-patch" in refused("{}", method="PATCH", mimetype="text/plain").headers["Accept-Patch"]
    assert refused("{}", mimetype="application/merge-patch+json").status == 415


def test_every_mistake_has_its_pointer_and_quotes_nothing():
    """Escaped as RFC 6901 says, unknown fields among them."""
    found = refused('{"name": "sesame, open", "kind": "c", "colour": 1, "parts": {"a/b~c": {"size": 0}}}')
    assert {flaw.pointer for flaw in found.flaws} == {"/name", "/kind", "/colour", "/parts/a~1b~0c/size"}
    assert "sesame" not in str([flaw.detail for flaw in found.flaws]) + found.message


def test_the_words_are_the_reader_s():
    """A French reader gets French words, whoever wrote the view."""
    i18n.use("fr", None)
    try:
        found = refused('{"name": "sesame"}')
        assert (found.message[:26], found.flaws[0].detail[:5]) == ("le contenu enfreint les rè", "doit ")
    finally:
        i18n.use("en", None)
