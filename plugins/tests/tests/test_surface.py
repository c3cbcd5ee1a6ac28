"""What of a plugin can be reached from outside."""

from dihya_tests.exploits.surface import watched
from flask import Flask, request


def test_what_a_view_looks_for_is_noted(holes):
    """Names of arguments, fields and files are known of views that are written by hand, also those that only code beside reads."""
    reads = {f"{route.method} {route.path}": route.reads for route in holes.routes}
    assert "word" in reads["GET /holes/found"]["query"]
    assert reads["POST /holes/posts-by-hand"]["form"] >= {"text"}
    assert reads["POST /holes/pictures"]["file"] == {"picture"}


def test_the_fields_of_a_resource_are_known(holes):
    """The routes of a resource read the fields of its form, and its list the columns."""
    reads = {f"{route.method} {route.path}": route.reads for route in holes.routes}
    assert reads["POST /api/v1/holes/notes"] == {"json": {"title", "body", "source"}}
    assert {"q", "sort", "title:contains"} <= reads["GET /api/v1/holes/notes"]["query"]


def test_requests_are_watched_as_long_as_the_block_runs():
    """Within the block each name that a view looks for is told with its place, after it none."""
    app, noted = Flask("x"), []
    app.add_url_rule("/", "x", lambda: {"a": request.args.get("a"), "b": request.get_json().get("b")}, methods=["POST"])
    with watched(app, lambda place, name: noted.append((place, name))):
        app.test_client().post("/?a=1", json={"b": 2})
    noted_within = list(noted)
    app.test_client().post("/?a=1", json={"b": 2})
    assert noted == noted_within
    assert set(noted) == {("query", "a"), ("json", "b")}
