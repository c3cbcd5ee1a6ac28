"""The API: from an idea to a ZIP, and who may see what."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

BASE = "/api/v1/generations"
IDEA = "Gérer les membres d'un club, et les dons"


def begun(client, **body):
    """Begin a generation and return its JSON."""
    answer = client.post(BASE, json={"idea": IDEA, **body})
    assert answer.status_code == 202, answer.json
    return answer.json


def test_from_an_idea_to_a_zip(app, work, fakes) -> None:
    """202 with a location; then ready, with proof, files, archive and log, and everybody was told."""
    client = app.client("user")
    answer = client.post(BASE, json={"idea": IDEA})
    assert answer.status_code == 202
    location = answer.headers["Location"]
    assert answer.json["status"] == "draft" and answer.json["options"] == {"donations": True, "seats": 4}
    work()
    found = client.get(location).json
    assert (found["status"], found["error"]) == ("ready", "")
    assert [line["name"] for line in found["proof"]] == ["one name", "its tests pass"]
    assert [line["step"] for line in found["progress"] if line["state"] == "done"] == [
        "plan",
        "render",
        "check",
        "prove",
        "store",
        "announce",
    ]
    assert set(found["durations"]) == {"plan", "render", "check", "prove", "store", "total"}
    archive = client.get(found["links"]["archive"])
    assert archive.mimetype == "application/zip"
    assert archive.headers["Content-Disposition"] == 'attachment; filename="dihya-association.zip"'
    names = zipfile.ZipFile(io.BytesIO(archive.data)).namelist()
    assert names == ["dihya-association/README.md", "dihya-association/src/dihya_association/models.py"]
    assert client.get(archive.request.path, headers={"If-None-Match": archive.headers["ETag"]}).status_code == 304
    assert client.get(f"{location}/log").text == "1 passed\n"
    assert [project.status for project in fakes.ended] == ["ready"]
    assert fakes.said == [("services.generated", "ready")]
    assert [event.facts["status"] for event in app.trail if event.action == "services.generated"] == ["ready"]


def test_others_do_not_see_it(app, work) -> None:
    """Another person gets 404 everywhere; an auditor sees it without the idea; an admin sees and may remove it."""
    owner, other, auditor, admin = app.client("user"), app.client("user"), app.client("auditeur"), app.client("admin")
    href = begun(owner)["href"]
    work()
    for path in ("", "/files", "/archive", "/log", "/events", "/files/README.md"):
        assert other.get(href + path).status_code == 404
    assert other.delete(href).status_code == 404
    assert other.patch(href, json={"status": "archived"}).status_code == 404
    assert other.get(BASE).json["total"] == 0
    assert "idea" not in auditor.get(href).json and IDEA not in auditor.get(href).text
    assert auditor.delete(href).status_code == 403
    assert auditor.patch(href, json={"status": "archived"}).status_code == 403
    assert admin.get(href).json["idea"] == IDEA
    assert admin.delete(href).status_code == 204
    assert owner.get(href).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [("post", ""), ("get", ""), ("post", "/proposals"), ("get", "/00000000-0000-7000-8000-000000000000")],
)
def test_nobody_comes_in_without_sign_in(app, method: str, path: str) -> None:
    """Without a person the door is closed."""
    assert getattr(app.client(), method)(BASE + path, **({"json": {}} if method == "post" else {})).status_code == 401


def test_what_is_not_proven_is_not_offered(app, work, fakes) -> None:
    """A failed proof keeps lines, files and log, and offers no archive."""
    fakes.judge.passes = False
    client = app.client("user")
    href = begun(client)["href"]
    work()
    found = client.get(href).json
    assert found["status"] == "failed" and "1 of 2 lines of the proof failed" in found["error"]
    assert [line["passed"] for line in found["proof"]] == [True, False]
    assert "archive" not in found["links"]
    assert client.get(f"{href}/archive").status_code == 409
    assert client.get(f"{href}/log").status_code == 200
    assert [project.status for project in fakes.ended] == ["failed"]


def test_files_are_listed_and_shown(app, work) -> None:
    """A file comes as text, or highlighted for a browser; a path that is none is not found."""
    client = app.client("user")
    href = begun(client)["href"]
    work()
    items = client.get(f"{href}/files").json["items"]
    assert [item["path"] for item in items] == ["README.md", "src/dihya_association/models.py"]
    path = f"{href}/files/src/dihya_association/models.py"
    assert client.get(path).mimetype == "text/plain"
    shown = client.get(path, headers={"Accept": "text/html"})
    assert shown.mimetype == "text/html" and 'class="source"' in shown.text
    assert client.get(f"{href}/files/../../etc/passwd").status_code == 404


def test_events_tell_the_whole_story_and_resume(app, work) -> None:
    """The stream numbers its lines, ends with how it ended, and goes on after the last line that was heard."""
    client = app.client("user")
    href = begun(client)["href"]
    work()
    answer = client.get(f"{href}/events")
    assert answer.mimetype == "text/event-stream"
    blocks = [block for block in answer.text.split("\n\n") if "event: " in block]
    assert "event: end" in blocks[-1] and json.loads(blocks[-1].split("data: ")[1])["status"] == "ready"
    numbers = [int(block.split("\n")[0].removeprefix("id: ")) for block in blocks[:-1]]
    assert numbers == list(range(1, len(numbers) + 1))
    again = client.get(f"{href}/events", headers={"Last-Event-ID": str(numbers[-2])})
    assert again.text.count("event: progress") == 1
    assert client.get(f"{href}/events", headers={"Last-Event-ID": "x"}).status_code == 400


def test_streams_are_limited(make_app, fakes) -> None:
    """Beyond the limit of a person a stream is refused with 429 and a time to come back; a closed one makes room."""
    app = make_app("services", "tasks", "wsgi", plugins={"fakes": fakes}, config={"wsgi": {"streams_per_person": 1}})
    client = app.client("user")
    href = begun(client)["href"]
    first = client.get(f"{href}/events", buffered=False)
    assert "retry: " in next(first.response).decode()
    second = client.get(f"{href}/events")
    assert (second.status_code, second.headers["Retry-After"]) == (429, "5")
    first.close()
    third = client.get(f"{href}/events", buffered=False)
    assert third.status_code == 200
    third.close()


def test_it_can_be_cancelled(app, work, fakes) -> None:
    """A cancelled generation ends as failed, says why, and is told to everybody; twice is refused."""
    client = app.client("user")
    href = begun(client)["href"]
    assert client.post(f"{href}/cancellation").json["status"] == "failed"
    assert client.post(f"{href}/cancellation").status_code == 409
    work()
    found = client.get(href).json
    assert (found["status"], found["state"], found["error"]) == ("failed", "stopped", "it was cancelled")
    assert (found["progress"][-1]["state"], found["progress"][-1]["message"]) == ("stopped", "stopped")
    assert [project.status for project in fakes.ended] == ["failed"]


def test_what_was_stopped_is_built_again(app, work) -> None:
    """202 with the place of a new generation, which has the same decisions; what became a plugin is not built again."""
    client = app.client("user")
    href = begun(client, name="chorale", options={"seats": 7})["href"]
    assert client.post(f"{href}/repetition").status_code == 409
    client.post(f"{href}/cancellation")
    answer = client.post(f"{href}/repetition")
    assert (answer.status_code, answer.headers["Location"]) == (202, answer.json["href"])
    work()
    found = client.get(answer.headers["Location"]).json
    assert (found["status"], found["name"], found["options"]["seats"], found["idea"]) == ("ready", "chorale", 7, IDEA)
    assert client.get(href).json["state"] == "stopped"
    assert client.post(f"{answer.headers['Location']}/repetition").json["code"] == "not-failed"


def test_only_ones_own_is_built_again(app) -> None:
    """Somebody else's is not there, and who oversees it may not."""
    href = begun(owner := app.client("user"))["href"]
    owner.post(f"{href}/cancellation")
    assert app.client("user").post(f"{href}/repetition").status_code == 404
    assert app.client("auditeur", "user").post(f"{href}/repetition").status_code == 403


def test_building_again_is_documented(make_app, fakes) -> None:
    """The OpenAPI document has the route and says what it does."""
    found = make_app("services", "docs", plugins={"fakes": fakes}).client("admin").get("/docs/openapi.json").json
    said = found["paths"][f"{BASE}/{{id}}/repetition"]["post"]
    assert "same decisions" in said["summary"] + said.get("description", "")


def test_removing_takes_everything(app, work, fakes) -> None:
    """Row, progress and blobs go; another generation with the same files keeps its own."""
    client = app.client("user")
    first, second = begun(client)["href"], begun(client)["href"]
    work()
    assert client.delete(first).status_code == 204
    assert client.get(first).status_code == 404
    assert client.get(f"{second}/archive").status_code == 200
    assert client.delete(second).status_code == 204
    assert fakes.shelf.held == {}
    assert client.get(BASE).json["total"] == 0


def test_the_list_is_paged(app) -> None:
    """A cursor leads from page to page, and a status filters."""
    client = app.client("user")
    made = [begun(client)["id"] for _ in range(3)]
    page = client.get(f"{BASE}?limit=2").json
    rest = client.get(f"{BASE}?limit=2&after={page['next']}").json
    assert {item["id"] for item in page["items"] + rest["items"]} == set(made)
    assert client.get(f"{BASE}?status=ready").json["total"] == 0


def test_the_archive_takes_and_gives_back(app, work) -> None:
    """An archived one is left out of the list unless it is asked for, and keeps its ZIP."""
    client = app.client("user")
    href = begun(client)["href"]
    assert client.patch(href, json={"status": "archived"}).status_code == 409
    work()
    answer = client.patch(href, json={"status": "archived"})
    assert (answer.status_code, answer.json["status"]) == (200, "archived")
    assert client.get(answer.json["links"]["archive"]).status_code == 200
    assert [client.get(BASE + query).json["total"] for query in ("", "?archived=0", "?archived=1")] == [0, 0, 1]
    assert client.get(f"{BASE}?status=archived").json["items"][0]["status"] == "archived"
    assert client.patch(href, json={"status": "failed"}).status_code == 409
    assert client.patch(href, json={"status": "ready"}).json["status"] == "ready"
    assert client.get(BASE).json["total"] == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({}, "/status"), ({"status": "draft"}, "/status"), ({"status": "archived", "title": "x"}, "/title")],
)
def test_nothing_else_can_be_changed(app, work, body: dict, pointer: str) -> None:
    """Only the status, and only to what a person may decide."""
    client = app.client("user")
    href = begun(client)["href"]
    work()
    answer = client.patch(href, json=body)
    assert answer.status_code == 422 and answer.json["errors"][0]["pointer"] == pointer
    assert client.get(href).json["status"] == "ready"


def test_the_bodies_are_described(make_app, fakes) -> None:
    """The OpenAPI document says what each of them takes."""
    found = make_app("services", "docs", plugins={"fakes": fakes}).client("admin").get("/docs/openapi.json").json
    bodies = {
        (path, method): operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition(".")[2]
        for path, operations in found["paths"].items()
        for method, operation in operations.items()
        if path.startswith(BASE) and "requestBody" in operation
    }
    assert bodies == {
        (f"{BASE}/proposals", "post"): "Asked",
        (BASE, "post"): "Wanted",
        (f"{BASE}/{{id}}", "patch"): "Changed",
        (f"{BASE}/{{id}}/structure", "put"): "Replacement",
        (f"{BASE}/{{id}}/structure/edits", "post"): "Edits",
    }


def test_an_unknown_status_is_refused(app) -> None:
    """It would find nothing, and a NUL in it would be the database's trouble."""
    for status in ("done", "\0"):
        answer = app.client("user").get("/api/v1/generations", query_string={"status": status})
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/status")
