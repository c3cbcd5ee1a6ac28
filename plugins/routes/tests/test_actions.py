"""Actions over REST."""

from __future__ import annotations

import uuid

import pytest

BOOKS = "/api/v1/library/books"


@pytest.fixture
def app(library):
    """The library."""
    return library()


@pytest.fixture
def ids(app):
    """Three books."""
    client = app.client("admin")
    return [client.post(BOOKS, json={"title": title}).json["id"] for title in ("Iliad", "Odes", "Ulysses")]


def out(app):
    """Return the titles that are away."""
    return [item["title"] for item in app.client("admin").get(f"{BOOKS}?out=true&sort=title").json["items"]]


def test_an_action_is_done_and_told_to_the_audit_by_its_name(app, ids):
    """With the row that it changed."""
    answer = app.client("admin").post(f"{BOOKS}/{ids[0]}/actions/lend")
    assert (answer.status_code, answer.json) == (200, {"done": 1})
    assert out(app) == ["Iliad"]
    assert [event.object for event in app.trail if event.action == "library.lend"] == [f"library_books:{ids[0]}"]


def test_a_selection_is_done_whole_or_not_at_all(app, ids):
    """One record that refuses undoes the others; the refusal keeps its words and its status."""
    client = app.client("admin")
    client.post(f"{BOOKS}/{ids[1]}/actions/lend")
    refused = client.post(f"{BOOKS}/actions/lend", json={"ids": ids})
    assert (refused.status_code, refused.json["detail"]) == (409, "this book is away")
    assert out(app) == ["Odes"]
    assert client.post(f"{BOOKS}/actions/lend", json={"ids": [ids[0], ids[2], ids[0]]}).json == {"done": 2}
    assert out(app) == ["Iliad", "Odes", "Ulysses"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("actions/lend", {"ids": []}, 422),
        ("actions/lend", {"ids": ["x"]}, 422),
        ("actions/lend", {"ids": [str(uuid.uuid4())]}, 404),
        ("actions/lend", {"ids": [str(uuid.uuid4()) for _ in range(501)]}, 422),
        ("actions/lend", {}, 422),
        ("actions/look", {"ids": []}, 404),
        ("actions/burn", {"ids": []}, 404),
        ("4c4b3723-8e82-42cc-8c20-f5f64ba7f8c6/actions/lend", None, 404),
    ],
)
def test_what_cannot_be_done_is_said(app, path, body, status):
    """Nothing chosen, unknown records, unknown actions, and selections where one record is meant."""
    answer = app.client("admin").post(f"{BOOKS}/{path}", json=body)
    assert answer.status_code in ((status, 405) if status == 404 else (status,))


def test_an_action_has_its_own_permission_or_that_of_writing(app, ids):
    """A reader may look, and not lend."""
    reader = app.client("user")
    assert reader.post(f"{BOOKS}/{ids[0]}/actions/look").status_code == 200
    assert reader.post(f"{BOOKS}/{ids[0]}/actions/lend").status_code == 403
    assert reader.post(f"{BOOKS}/actions/lend", json={"ids": ids}).status_code == 403
    assert app.client().post(f"{BOOKS}/{ids[0]}/actions/look").status_code == 401


def test_what_an_action_changes_passes_the_rules(app, ids):
    """The version counts on, as for any change."""
    client = app.client("admin")
    before = client.get(f"{BOOKS}/{ids[0]}").json["version"]
    client.post(f"{BOOKS}/{ids[0]}/actions/lend")
    assert client.get(f"{BOOKS}/{ids[0]}").json["version"] == before + 1
