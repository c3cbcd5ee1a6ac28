"""What somebody asks of the log, and sees."""

from __future__ import annotations

import pytest


@pytest.fixture
def busy(crew):
    """Three acts of two people on two days; returns the crew and the id of the first member."""
    crew.zoe = crew.member("Zoé Petit")
    crew.member("Yuba", by="Bob Petit")
    crew.change(crew.zoe, by="Bob Petit", phone="1")
    return crew


@pytest.mark.parametrize(
    ("asked", "acts"),
    [
        ({"person": "anne"}, 1),
        ({"person": "Petit"}, 2),
        ({"person": "nobody"}, 0),
        ({"action": "update"}, 1),
        ({"plugin": "crew"}, 3),
        ({"plugin": "crew", "outcome": "refused"}, 0),
        ({"q": "INSERT members"}, 2),
        ({"from": "2000-01-01", "to": "2001-01-01"}, 0),
        ({"from": "2000-01-01", "plugin": "crew"}, 3),
    ],
)
def test_the_log_is_narrowed_by_person_plugin_action_outcome_and_day(busy, asked, acts):
    """Each by itself and together; a person is found by name or address."""
    assert len(busy.lines(**asked)) == acts


def test_the_log_is_narrowed_to_one_record_and_to_one_act(busy):
    """What happened to a member, from their history and back; and all entries of one act."""
    object = f"crew_members:{busy.zoe}"
    lines = busy.lines(object=object)
    assert [line["said"].split()[0] for line in lines] == ["Bob", "Anne"]
    assert len(busy.lines(act=lines[0]["act"])) == 1
    page = busy.app.client("admin").get("/audit/", query_string={"object": object, "lang": "en"}).text
    assert "Only what happened to: Zoé Petit" in page and f"/crew/members/{busy.zoe}/history" in page
    back = busy.app.client("admin").get(f"/crew/members/{busy.zoe}/history?lang=en").text
    assert f"/audit/?object=crew_members%3A{busy.zoe}" in back and "Bob Petit" in back
    assert "/audit/?object" not in busy.app.client("user").get(f"/crew/members/{busy.zoe}/history").text


def test_a_day_is_one_of_the_readers_time_zone(busy):
    """Midnight in Paris is not midnight in UTC."""
    from dihya_audit.looking import FIELDS, asked

    with busy.app.act():
        found = asked({**dict.fromkeys(FIELDS, ""), "from": "2026-07-14", "to": "2026-07-14"})
    assert (found.since, found.until) == ("2026-07-13T22:00:00.000000Z", "2026-07-14T22:00:00.000000Z")


@pytest.mark.parametrize("query", ["from=yesterday", "to=2026-13-01", "outcome=perhaps", "before=x", f"q={'x' * 201}"])
def test_what_cannot_be_asked_is_explained(busy, query):
    """With the name of the parameter."""
    answer = busy.app.client("admin").get(f"/api/v1/audit/acts?{query}")
    assert answer.status_code == 422 and answer.json["errors"][0]["pointer"] == f"/{query.partition('=')[0]}"


def test_the_page_leads_on_and_keeps_what_was_asked(busy):
    """Twenty-five acts a page, no act twice, none left out."""
    for number in range(30):
        busy.member(f"Member {number}")
    first = busy.app.client("admin").get("/api/v1/audit/acts?plugin=crew").json
    rest = busy.app.client("admin").get(f"/api/v1/audit/acts?plugin=crew&before={first['next']}").json
    acts = [line["act"] for line in first["items"] + rest["items"]]
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (25, 8, None) and len(set(acts)) == 33
    page = busy.app.client("admin").get("/audit/?plugin=crew").text
    assert f"plugin=crew&amp;before={first['next']}" in page


def test_one_act_is_one_line_that_tells_how_much_more_there_is(crew):
    """A long act shows its first entries and its last; the proof holds all of them."""
    with crew.app.act("crew.import", actor=crew.actor("Anne Martin")) as act:
        for number in range(60):
            last = act.get(crew.records).add({"name": f"Member {number}"})
        id = str(last.id)
    line = crew.lines()[0]
    assert line["count"] == 61 and len(line["entries"]) == 21
    page = crew.app.client("admin").get("/audit/?lang=en").text
    assert "and 59 more entries" in page and "Details: 61 entries" in page
    assert crew.said(object=f"crew_members:{id}") == ["Anne Martin added the member Member 59"]


def test_what_people_are_called_is_shown_as_text(crew):
    """A name that holds markup stays a name."""
    crew.member("<script>alert(1)</script>")
    page = crew.app.client("admin").get("/audit/?lang=en").text
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page
