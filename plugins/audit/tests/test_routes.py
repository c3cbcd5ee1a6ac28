"""The page and the interface: who sees the log, and what it says of itself."""

from __future__ import annotations

import pytest
from dihya_hookspecs.access import Actor

TIN = Actor("p1", "Tin Canary", frozenset({"user"}))


@pytest.mark.parametrize("role", ["admin", "dpo", "auditeur"])
def test_those_who_answer_for_the_log_read_it(app, role):
    """Administrators, data protection officers and auditors read the log and download its proof."""
    client = app.client(role)
    page = client.get("/audit/")
    assert page.status_code == 200 and "toys_things:2" in page.text and "Verified" in page.text
    assert "not verified" not in page.text
    found = client.get("/api/v1/audit/entries?query=made&limit=2").get_json()
    assert len(found["items"]) == 2 and found["next"] == found["items"][-1]["index"]
    rest = client.get(f"/api/v1/audit/entries?query=made&before={found['next']}").get_json()
    assert [item["event"]["object"] for item in rest["items"]] == ["toys_things:0"]
    assert client.get("/api/v1/audit/checkpoint").text.startswith("test-log\n")


@pytest.mark.parametrize(
    "path", ["/audit/", "/audit/bundle", *(f"/api/v1/audit/{n}" for n in ("acts", "entries", "checkpoint", "bundle"))]
)
def test_others_do_not(app, path):
    """Without the permission, nobody sees anything of the log."""
    assert app.client("user").get(path).status_code == 403
    assert app.client().get(path).status_code == 401


def test_bad_numbers_are_explained(app):
    """A cursor that is no number is a problem that points to it."""
    client = app.client("admin")
    for value in ("x", "-1", "9" * 30, "%C2%B2"):
        assert client.get(f"/api/v1/audit/entries?before={value}").status_code == 422
    assert client.get("/api/v1/audit/entries?limit=0").status_code == 200


def test_what_people_wrote_is_shown_as_text(app):
    """Markup in an event stays text on the page."""
    with app.act("test", actor=TIN) as act:
        act.record("toys.made", object="<script>alert(1)</script>")
    page = app.client("admin").get('/audit/?q=<i>&act="><b>').text
    assert "<b>" not in page and "<i>" not in page
    assert "<script>" not in app.client("admin").get("/audit/").text


def test_the_page_and_the_command_say_that_the_log_does_not_verify(app, tamper, probe):
    """When the newest checkpoint is not what was signed, people are told wherever they look."""
    probe(app)
    tamper(app, "UPDATE audit_checkpoints SET note = replace(note, 'test-log', 'best-log')")
    assert "does not verify" in app.client("admin").get("/audit/").text
    result = app.cli("audit", "verify")
    assert result.exit_code == 1 and "NOT VERIFIED" in result.stdout


def test_an_altered_entry_is_shown_as_such(app, probe, tamper):
    """The page marks the entry that is not the one that was signed, and its act, and shows the others."""
    probe(app)
    tamper(
        app,
        "UPDATE audit_entries SET envelope = replace(envelope, 'things:1', 'things:9') WHERE object = 'toys_things:1'",
    )
    page = app.client("admin").get("/audit/").text
    assert page.count("not verified") == 2
    assert app.cli("audit", "verify").exit_code == 1
