"""What is done with records from their pages."""

from __future__ import annotations

from typing import Any

import pytest

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def admin(app: Any) -> Any:
    """A client that may write."""
    return app.client("admin")


def add(client: Any, name: str) -> str:
    """Add a member and return its identifier."""
    answer = client.post("/demo/members/new", data={"name": name, "plan": "full", "active": "on"})
    return str(answer.headers["Location"]).rsplit("/", 1)[-1]


def active(client: Any) -> str:
    """Return the list of those who are active."""
    return str(client.get("/demo/members/?active=true", headers=HTML).text)


def test_a_record_offers_what_can_be_done_with_it(admin: Any, app: Any) -> None:
    """As buttons, for those who may."""
    id = add(admin, "Tin")
    page = admin.get(f"/demo/members/{id}", headers=HTML).text
    assert "<button>Retire</button>" in page and "<button>Greet</button>" in page
    page = app.client("user").get(f"/demo/members/{id}", headers=HTML).text
    assert "<button>Retire</button>" not in page and "<button>Greet</button>" in page


def test_an_action_without_a_question_is_done_at_once(app: Any, admin: Any) -> None:
    """An action without a question is done at once and told to the audit by its name."""
    id = add(admin, "Tin")
    reader = app.client("user")
    answer = reader.post("/demo/members/actions/greet", data={"ids": id, "from": "record"}, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/demo/members/{id}")
    page = reader.get(f"/demo/members/{id}", headers=HTML).text
    assert "hello" in page and "Done for 1 record: Greet." in page
    assert [event.object for event in app.trail if event.action == "demo.greet"] == [f"demo_members:{id}"]


def test_a_selection_is_asked_for_and_done_whole(admin: Any) -> None:
    """The question names who is concerned; one who refuses undoes all."""
    ids = [add(admin, name) for name in ("Tin", "Yuba", "Ana")]
    assert active(admin).count('name="ids"') == 3
    question = admin.post("/demo/members/actions/retire", data={"ids": ids[:2]}, headers=HTML).text
    assert "Retire these members?" in question and "Tin" in question and "Yuba" in question and "Ana" not in question
    assert active(admin).count('name="ids"') == 3
    done = admin.post("/demo/members/actions/retire", data={"ids": ids[:2], "confirmed": "1"}, headers=HTML)
    assert done.status_code == 303 and active(admin).count('name="ids"') == 1
    admin.post("/demo/members/actions/retire", data={"ids": ids, "confirmed": "1"}, headers=HTML)
    page = active(admin)
    assert "this member has left already" in page and page.count('name="ids"') == 1


@pytest.mark.parametrize("ids", [[], ["nonsense"], ["0190b2a0-0000-7000-8000-000000000000"]])
def test_nothing_chosen_is_said(admin: Any, ids: list[str]) -> None:
    """Neither is a wrong identifier a failure."""
    answer = admin.post("/demo/members/actions/retire", data={"ids": ids, "confirmed": "1"}, headers=HTML)
    assert answer.status_code in (303, 400, 404)


def test_somebody_without_the_right_does_nothing(app: Any, admin: Any) -> None:
    """Not by its address either."""
    id = add(admin, "Tin")
    reader = app.client("user")
    assert reader.post("/demo/members/actions/retire", data={"ids": id, "confirmed": "1"}).status_code == 403
    assert reader.get(f"/demo/members/{id}/history").status_code == 403


def test_the_history_says_who_changed_which_fields(make_app: Any, demo: Any) -> None:
    """In the labels of the form; without a log there is none."""
    app = make_app("console", "i18n", "static", "audit", plugins={"demo": demo})
    client = app.client("admin")
    id = add(client, "Tin")
    client.post("/demo/members/actions/greet", data={"ids": id})
    assert "/history" in client.get(f"/demo/members/{id}", headers=HTML).text
    page = client.get(f"/demo/members/{id}/history", headers=HTML).text
    assert "was added" in page and "was changed" in page and "Greet" in page and "Note" in page and "you" in page
    plain = make_app("console", "i18n", "static", plugins={"demo": demo}).client("admin")
    id = add(plain, "Tin")
    assert "/history" not in plain.get(f"/demo/members/{id}", headers=HTML).text


def test_what_points_to_a_record_stands_on_its_page(admin: Any) -> None:
    """The first ones by name, a way to add one that is filled in already."""
    id = add(admin, "Tin")
    for number in range(7):
        admin.post("/demo/fees/new", data={"label": f"Fee {number}", "member_id": id, "amount": "1"})
    page = admin.get(f"/demo/members/{id}", headers=HTML).text
    assert page.count(">Fee ") == 5 and "(7)" in page and "all 7" in page
    assert f"/demo/fees/new?member_id={id}" in page
