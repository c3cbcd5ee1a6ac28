"""The structure of a draft, edited by programs."""

from __future__ import annotations

import pytest

BASE = "/api/v1/generations"
ADD = {"edit": "add_table", "title": "Boats"}


@pytest.fixture
def draft(edited_app):
    """A person, and the address of the structure of their proposal."""
    client = edited_app.client("user")
    answer = client.post(f"{BASE}/proposals", json={"idea": "gérer des adhérents", "template": "association"})
    return client, f"{BASE}/{answer.json['id']}/structure"


def test_edits_are_made_for_the_version_that_was_read(draft) -> None:
    """The ETag of the document lets edits through; the answer has the next one, and says each change."""
    client, path = draft
    read = client.get(path)
    made = client.post(f"{path}/edits", json={"edits": [ADD]}, headers={"If-Match": read.headers["ETag"]})
    assert made.status_code == 200, made.text
    assert [each["name"] for each in made.json["structure"]["entities"]] != [
        each["name"] for each in read.json["entities"]
    ]
    assert len(made.json["said"]) == 1 and "Boats" in made.json["said"][0]
    again = client.get(path)
    assert again.headers["ETag"] == made.headers["ETag"] and again.json == made.json["structure"]


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 428), ({"If-Match": '"999"'}, 412), ({"If-Match": "nonsense"}, 412)]
)
@pytest.mark.parametrize(
    ("method", "end", "body"),
    [("post", "/edits", {"edits": [ADD]}), ("put", "", {"structure": {}}), ("post", "/undo", None)],
)
def test_nothing_is_written_without_the_version(draft, headers, status, method, end, body) -> None:
    """428 where none is named, 412 for another one."""
    client, path = draft
    before = client.get(path)
    answer = getattr(client, method)(path + end, json=body, headers=headers)
    assert answer.status_code == status
    assert client.get(path).json == before.json


def test_a_flaw_points_into_the_body_and_no_edit_before_it_stays(draft) -> None:
    """All or none: the pointer leads to the edit that cannot be made."""
    client, path = draft
    read = client.get(path)
    edits = [ADD, {"edit": "remove_table", "table": "nothing"}]
    answer = client.post(f"{path}/edits", json={"edits": edits}, headers={"If-Match": read.headers["ETag"]})
    assert answer.status_code == 422 and answer.json["errors"][0]["pointer"] == "/edits/1/table"
    assert client.get(path).json == read.json


def test_a_whole_document_takes_the_place_of_another(draft) -> None:
    """What is put is what is read; undo brings the one before back, redo the new one."""
    client, path = draft
    read = client.get(path)
    wanted = {**read.json, "title": "Autre titre"}
    put = client.put(path, json={"structure": wanted}, headers={"If-Match": read.headers["ETag"]})
    assert put.status_code == 200 and put.json["structure"] == wanted
    back = client.post(f"{path}/undo", headers={"If-Match": put.headers["ETag"]})
    assert back.json["structure"]["title"] == read.json["title"]
    forth = client.post(f"{path}/redo", headers={"If-Match": back.headers["ETag"]})
    assert (
        forth.json["structure"] == wanted
        and client.post(f"{BASE}", json={"proposal": path.split("/")[4]}).status_code == 202
    )


def test_a_document_that_is_none_is_refused_with_its_flaws(draft) -> None:
    """422, and the draft stays as it is."""
    client, path = draft
    read = client.get(path)
    answer = client.put(path, json={"structure": {"format": "x"}}, headers={"If-Match": read.headers["ETag"]})
    assert answer.status_code == 422 and answer.json["errors"]
    assert client.get(path).json == read.json
