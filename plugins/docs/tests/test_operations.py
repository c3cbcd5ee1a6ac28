"""What a view says about itself."""

from __future__ import annotations

import pytest
from dihya_docs.operations import operation, template
from dihya_hookspecs.web import public, requires
from werkzeug.routing import Map, Rule


def bound(text):
    """Return a rule that knows its converters."""
    return Map([Rule(text, endpoint="x_api.one")])._rules[0]


@pytest.mark.parametrize(
    ("rule", "path"),
    [("/api/v1/x", "/api/v1/x"), ("/a/<b>/<int:c>", "/a/{b}/{c}"), ('/a/<any("x:y", z):b>/<path:c>', "/a/{b}/{c}")],
)
def test_templates(rule, path):
    """Converters are left out of the path."""
    assert template(bound(rule)) == path


def test_a_view_without_docstring_is_named_after_its_endpoint():
    """There is always a summary."""
    view = public("for tests")(lambda: None)
    assert operation(bound("/api/v1/x/y"), view, "GET", "x_api.read_all")["summary"] == "Read all"


def test_problems_follow_from_what_the_route_needs():
    """A permission can be lacking, an address can be wrong, a body can break rules."""
    view = requires("x:write")(lambda: None)
    assert {"401", "403", "404", "422"} <= operation(bound("/api/v1/x/<id>"), view, "PUT", "a.b")["responses"].keys()
    free = operation(bound("/api/v1/x"), public("for tests")(lambda: None), "GET", "a.b")
    assert free["responses"].keys() == {"2XX", "default"} and "x-permission" not in free
