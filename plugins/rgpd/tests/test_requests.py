"""Requests of people: by when each is to be answered, and what closes one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.rgpd import People
from dihya_rgpd.counting import due, unanswered
from dihya_rgpd.models import Requests

TODAY = datetime.now(UTC).date()
ASKED = {"who": "Tin Toy", "email": "tin@example.org", "asks": "access", "received_on": date(2026, 1, 31)}


@pytest.fixture
def requests(world):
    """The service of requests, inside an act."""
    with world.app.act("requests") as act:
        yield Requests(act.session)


def test_a_request_is_due_a_month_after_it_came(requests):
    """On the same day of the next month, or on its last day where the month is shorter."""
    assert requests.add(ASKED).due_on == date(2026, 2, 28)


def test_two_months_more_are_counted_and_explained(requests):
    """Whoever takes them says why; then the request is due three months after it came."""
    made = requests.add(ASKED)
    with pytest.raises(Invalid) as refused:
        requests.change(made.id, {"longer": True})
    assert [flaw.pointer for flaw in refused.value.flaws] == ["/why_longer"]
    requests.change(made.id, {"longer": True, "why_longer": "three archives"})
    assert made.due_on == date(2026, 4, 30)


def test_what_is_answered_is_closed_today_and_opens_again(requests):
    """The day of closing is the application's to say; one that goes on has none."""
    made = requests.add(ASKED)
    requests.change(made.id, {"state": "answered"})
    assert made.closed_on == TODAY
    requests.change(made.id, {"state": "under_way"})
    assert made.closed_on is None


def test_a_refusal_gives_its_reason(requests):
    """The person is told it, so that no request is refused without one."""
    made = requests.add(ASKED)
    with pytest.raises(Invalid) as refused:
        requests.change(made.id, {"state": "refused"})
    assert [flaw.pointer for flaw in refused.value.flaws] == ["/answer"]


def test_what_waits_is_counted_by_its_last_day(requests):
    """Closed ones wait no more; late ones are among those that are due."""
    late, coming = requests.add(ASKED), requests.add({**ASKED, "received_on": TODAY})
    assert unanswered() == 2
    assert (due(TODAY), due(coming.due_on)) == (1, 2)
    requests.change(late.id, {"state": "answered"})
    assert (unanswered(), due(TODAY)) == (1, 0)


def test_a_request_is_kept_by_duty_when_its_person_is_erased(world):
    """Whoever asked is found by the address; the request stays as proof, until five years after it was closed."""
    with world.app.act("ask") as act:
        made = Requests(act.session).add(ASKED)
    with world.app.act("erase") as act:
        desk = act.get(People)
        found = desk.find("TIN@example.org")
        assert [one.key for one in found] == [str(made.id)]
        (kept,) = [one for one in desk.erase(found) if one.source == "rgpd_requests"]
    assert (kept.retained, kept.basis) == (1, "legal_obligation")


@pytest.fixture
def app(make_app):
    """An application with REST and pages."""
    return make_app("rgpd", "console", "routes", "i18n", "static")


def test_an_officer_writes_requests_and_an_auditor_reads_them(app):
    """Over REST and on pages; others reach neither."""
    officer = app.client("dpo")
    made = officer.post("/api/v1/rgpd/requests", json={**ASKED, "received_on": "2026-01-31"})
    assert made.status_code == 201 and made.json["due_on"] == "2026-02-28"
    assert app.client("auditeur").get("/api/v1/rgpd/requests").json["items"][0]["who"] == "Tin Toy"
    assert (
        app.client("auditeur").post("/api/v1/rgpd/requests", json=ASKED | {"received_on": "2026-01-31"}).status_code
        == 403
    )
    assert app.client("user").get("/api/v1/rgpd/requests").status_code == 403
    page = officer.get("/rgpd/requests/", headers={"Accept": "text/html", "Accept-Language": "fr"}).text
    assert "Demandes des personnes" in page and "Tin Toy" in page


def test_the_dashboard_says_what_is_late_and_what_is_due(app):
    """Whoever answers sees it on the first page; nothing stands there while nothing presses."""
    officer = app.client("dpo")
    html = {"Accept": "text/html", "Accept-Language": "en"}
    assert "request is late" not in officer.get("/", headers=html).text
    for came in ("2026-01-31", (TODAY - timedelta(days=26)).isoformat()):
        officer.post("/api/v1/rgpd/requests", json={**ASKED, "received_on": came})
    page = officer.get("/", headers=html).text
    assert "1 request is late" in page and "1 request is to be answered within a week" in page
