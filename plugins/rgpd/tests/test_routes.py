"""The desk and its interface: who may do what, and the way from finding to erasing."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from dihya_hookspecs.access import Actor
from dihya_hookspecs.rgpd import People
from dihya_keys.service import FileKeys
from dihya_rgpd.exporting import check
from dihya_rgpd.signing import Seal

PAGES = [("get", "/rgpd/"), ("post", "/rgpd/person"), ("post", "/rgpd/export"), ("post", "/rgpd/confirm"),
         ("post", "/rgpd/erase"), ("post", "/api/v1/rgpd/subjects"), ("get", "/api/v1/rgpd/coverage"),
         ("get", "/api/v1/rgpd/demands"), ("post", "/api/v1/rgpd/exports"), ("post", "/api/v1/rgpd/erasures")]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), PAGES)
def test_others_are_refused(world, method, path):
    """Neither users nor auditors nor anonymous callers reach the desk, and nothing changes."""
    for client, status in (
        (world.app.client("user"), 403),
        (world.app.client("auditeur"), 403),
        (world.app.client(), 401),
    ):
        form = {"subject": f"canary_people:{world.tin[0]}", "identifier": world.tin[1]["email"]}
        assert getattr(client, method)(path, data=form if method == "post" else None).status_code == status
    with world.app.act("look") as act:
        assert act.get(People).receipts.recent() == []


def test_the_way_over_the_pages(world):
    """A data protection officer finds a person, exports, sees what erasing would do, erases, and sees the receipt."""
    client = world.app.client("dpo")
    assert "Nothing has been carried out yet" in client.get("/rgpd/").text
    page = client.post("/rgpd/person", data={"identifier": world.tin[1]["email"]}).text
    assert (
        "Canary – lines" in page
        and "canary_lines" not in page
        and "keeping accounts" in page
        and world.tin[1]["wish"] not in page
    )
    subject = re.search(r'name="subject" value="([^"]+)"', page)[1]
    assert subject == f"canary_people:{world.tin[0]}"
    answer = client.post("/rgpd/export", data={"subject": subject})
    assert answer.mimetype == "application/zip" and answer.headers["Cache-Control"] == "no-store"
    assert check(io.BytesIO(answer.data), Seal(FileKeys(world.app.data / "keys")).verifier) == []
    page = client.post("/rgpd/confirm", data={"subject": subject}).text
    assert (
        "Canary – invoices" in page and "canary_invoices" not in page and "2036-03-31" in page and "Erase now" in page
    )
    page = client.post("/rgpd/erase", data={"subject": subject}).text
    assert "has been carried out" in page
    assert "Canary – invoices" in client.post("/rgpd/person", data={"identifier": world.tin[1]["email"]}).text
    assert "Nobody is known" in client.post("/rgpd/person", data={"identifier": "nobody@example.org"}).text
    page = client.get("/rgpd/").text
    assert page.count("badge ok") == 2 and "erasure" in page


def test_the_page_of_a_person_says_which_rights_hold_on_what_is_held(world):
    """A column for each legal basis that occurs, with the condition in words; the source is named."""
    page = world.app.client("dpo").post("/rgpd/person", data={"identifier": world.tin[1]["email"]}).text
    table = page[page.index("The rights on these data") :]
    heads = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', table)
    assert heads == ["Right", "contract", "legitimate interest", "legal obligation"]
    assert "once the duty to keep it has ended" in table and "CNIL" in table


@pytest.mark.parametrize(
    ("asks", "said"),
    [
        ("objection", "This right holds on some of these data"),
        ("withdrawal", "This right holds on none of these data"),
    ],
)
def test_the_page_says_whether_the_right_that_is_asked_holds(world, asks, said):
    """One that holds on nothing is not refused by the application: the officer decides."""
    client = world.app.client("dpo")
    page = client.post("/rgpd/person", data={"identifier": world.tin[1]["email"], "asks": asks}).text
    assert said in page
    assert "This right holds" not in client.post("/rgpd/person", data={"identifier": world.tin[1]["email"]}).text


def test_the_page_and_the_interface_give_out_what_is_taken_along(world):
    """By a button and by a member of the body; what the law keeps is not in it."""
    client = world.app.client("dpo")
    subject = f"canary_people:{world.tin[0]}"
    for answer in (
        client.post("/rgpd/export", data={"subject": subject, "portable": "1"}),
        client.post("/api/v1/rgpd/exports", json={"identifier": world.tin[1]["email"], "portable": True}),
    ):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist()).decode()
        assert 'filename="portable-' in answer.headers["Content-Disposition"]
        assert world.tin[1]["wish"] in content and world.tin[1]["payer"] not in content
    assert [event.action for event in world.app.trail].count("rgpd.portable") == 2
    assert client.get("/rgpd/").text.count("portable export") == 2


def test_nothing_of_a_demand_is_quoted_in_the_audit(world):
    """Looking for people, exporting and erasing leave events, without identifier or value."""
    client = world.app.client("dpo")
    client.post("/rgpd/person", data={"identifier": world.tin[1]["email"]})
    client.post("/api/v1/rgpd/erasures", json={"identifier": world.tin[1]["email"]})
    told = repr(world.app.trail)
    assert {"rgpd.find", "rgpd.erase"} <= {event.action for event in world.app.trail}
    assert "Canary-" not in told and "canary-" not in told


def test_the_audit_log_is_retained_and_still_verifies(make_app, canary_plugin, seed_person):
    """What a person did stays in the log under their opaque id, as declared; erasing does not touch the log."""
    app = make_app("rgpd", "console", "audit", plugins={"canary": canary_plugin()})
    with app.act("seed") as act:
        identity, canaries = seed_person(act.session, "tin")
    with app.act("canary.wave", actor=Actor(identity, "Tin", frozenset({"user"}))) as act:
        act.record("canary.waved")
    assert app.cli("audit", "verify").exit_code == 0
    result = app.client("dpo").post("/api/v1/rgpd/erasures", json={"identifier": canaries["email"]}).get_json()
    found = {erasure["source"]: erasure for erasure in result["erasures"]}
    entries = found["audit_entries"]
    assert result["state"] == "done" and found["canary_people"]["anonymised"] == 1
    assert (entries["removed"], entries["anonymised"], entries["basis"]) == (0, 0, "legal_obligation")
    assert entries["retained"] >= 1 and entries["until"] > "2027" and "only grows" in entries["reason"]
    assert "entries are over" not in app.cli("rgpd", "retention", "--run").stdout
    listed = app.cli("rgpd", "retention", "--on", "2028-01-01").stdout
    assert "audit_entries: " in listed and "(only grows: not removed)" in listed
    assert app.cli("audit", "verify").exit_code == 0
