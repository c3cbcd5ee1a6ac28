"""The interface: the way from finding to erasing, and what is refused."""

from __future__ import annotations


def test_the_way_over_the_interface(world):
    """The same over JSON, with what is missing named while a plugin fails."""
    client = world.app.client("admin")
    found = client.post("/api/v1/rgpd/subjects", json={"identifier": world.tin[1]["email"]}).get_json()
    assert found["subjects"] == [{"table": "canary_people", "key": world.tin[0], "plugin": "canary"}]
    assert {place["column"] for place in found["places"] if place["table"] == "canary_lines"} == {"wish"}
    answer = client.post("/api/v1/rgpd/exports", json={"identifier": world.tin[1]["email"]})
    assert answer.headers["Dihya-Complete"] == "true"
    world.plugin.broken = {"erase"}
    subjects = [{"table": "canary_people", "key": world.tin[0]}]
    result = client.post("/api/v1/rgpd/erasures", json={"subjects": subjects}).get_json()
    assert result["state"] == "incomplete" and result["missing"] == ["canary"]
    world.plugin.broken = set()
    result = client.post("/api/v1/rgpd/erasures", json={"identifier": world.tin[1]["email"]}).get_json()
    assert result["state"] == "done" and result["missing"] == []
    demands = client.get("/api/v1/rgpd/demands").get_json()["items"]
    assert [(demand["kind"], demand["state"]) for demand in demands] == [
        ("erase", "done"),
        ("erase", "done"),
        ("export", "done"),
    ]
    assert client.get("/api/v1/rgpd/coverage").get_json()["flaws"] == []


def test_bad_input_is_explained(world):
    """Unknown people, unknown tables and unreadable demands are 404 and 422, not 500."""
    client = world.app.client("admin")
    assert client.post("/api/v1/rgpd/erasures", json={"identifier": "nobody@example.org"}).status_code == 404
    for data in ({}, {"identifier": 3}, {"subjects": [{"table": "x"}]}, {"more": 1}, [1]):
        assert client.post("/api/v1/rgpd/exports", json=data).status_code == 422
    assert client.post("/api/v1/rgpd/exports", data=b"no").status_code == 415
    for form in ({}, {"subject": "elsewhere:1"}, {"subject": "no colon"}):
        assert client.post("/rgpd/erase", data=form).status_code == 422
    assert client.post("/rgpd/person", data={}).status_code == 422
    assert client.post("/api/v1/rgpd/subjects", json={}).status_code == 422
    assert client.get("/api/v1/rgpd/subjects?identifier=a@example.org").status_code == 405  # not in URLs, not in logs
