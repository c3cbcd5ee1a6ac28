"""The index of resources, and what the routes say about themselves."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("url", ["/api/v1", "/api/v1/"])
def test_the_index_lists_what_the_caller_may_read(library, url):
    """Each caller sees the resources that they may read, and whether they may write."""
    app = library()
    entry = {"plugin": "library", "name": "books", "title": "Books", "href": "/api/v1/library/books", "writable": True}
    assert app.client("admin").get(url).json == {"resources": [entry]}
    assert app.client("user").get(url).json == {"resources": [entry | {"writable": False}]}
    assert app.client().get(url).json == {"resources": []}


def test_every_view_names_its_permission(library):
    """The permission of the resource stands on each view, where the pipeline and the documentation find it."""
    views = {name: view for name, view in library().flask.view_functions.items() if name.startswith("routes_library.")}
    assert {name.rpartition("_")[2]: view.dihya_requires.partition(":")[2] for name, view in views.items()} == {
        "list": "read",
        "show": "read",
        "csv": "read",
        "add": "write",
        "change": "write",
        "remove": "write",
        "lend": "write",
        "look": "read",
        "many": "write",
        "bin": "write",
        "back": "write",
    }


def test_without_resources_there_is_only_the_index(make_app):
    """The plugin starts alone and answers an empty index."""
    assert make_app("routes").client().get("/api/v1").json == {"resources": []}
