"""Breaches of data: the 72 hours, and what must be said before one is reported, left unreported or closed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.access import Actor
from dihya_hookspecs.rgpd import People
from dihya_rgpd.breaches import Breaches, now
from dihya_rgpd.counting import undecided, untold

NOTICED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SEEN = {"what": "A list was sent to the wrong people", "noticed_at": NOTICED}
REPORTED = {"risk": "likely", "state": "reported", "reported_at": NOTICED + timedelta(hours=70)}


@pytest.fixture
def breaches(world):
    """The service of breaches, inside an act of an officer."""
    with world.app.act("breaches", actor=Actor("officer-1", "Ada", frozenset({"dpo"}))) as act:
        yield Breaches(act.session)


def refused(breaches, values, record=None):
    """Return the fields to which the refusal of these values points."""
    with pytest.raises(Invalid) as found:
        breaches.change(record.id, values) if record else breaches.add({**SEEN, **values})
    return [flaw.pointer for flaw in found.value.flaws]


def test_a_breach_is_to_be_reported_72_hours_after_it_was_noticed(breaches):
    """To the minute; and again when the moment is corrected."""
    made = breaches.add(SEEN)
    assert made.due_at == datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
    breaches.change(made.id, {"noticed_at": NOTICED - timedelta(days=1)})
    assert made.due_at == datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def test_nobody_has_noticed_what_is_to_come(breaches):
    """A slip of the year would hide the clock."""
    assert refused(breaches, {"noticed_at": now() + timedelta(days=2)}) == ["/noticed_at"]


def test_nothing_is_assessed_without_saying_the_risk(breaches):
    """How likely people are harmed decides everything that follows."""
    assert refused(breaches, {"state": "assessed"}, breaches.add(SEEN)) == ["/risk"]


def test_a_breach_is_assessed_before_it_is_reported(breaches):
    """It does not go from noticed to reported in one step."""
    assert refused(breaches, REPORTED, breaches.add(SEEN)) == ["/state"]


def test_a_report_says_when(breaches):
    """The moment is what the 72 hours are compared with."""
    assert refused(breaches, {**REPORTED, "reported_at": None}) == ["/reported_at"]


def test_a_late_report_gives_its_reason(breaches):
    """Article 33(1) wants it beside the report."""
    late = {**REPORTED, "reported_at": NOTICED + timedelta(hours=73)}
    assert refused(breaches, late) == ["/why_late"]
    assert breaches.add({**SEEN, **late, "why_late": "the mail stood still"}).state == "reported"


def test_what_is_not_reported_says_why(breaches):
    """The authority may ask for the file (article 33(5))."""
    assert refused(breaches, {"risk": "unlikely", "state": "not_reported"}) == ["/why_not"]


@pytest.mark.parametrize("risk", ["likely", "high"])
def test_what_is_a_risk_for_people_is_reported(breaches, risk):
    """Whatever reason is given."""
    assert refused(breaches, {"risk": risk, "state": "not_reported", "why_not": "few people"}) == ["/risk"]


def test_people_are_not_told_of_a_high_risk_for_a_reason_only(breaches):
    """One of those of article 34(3)."""
    assert refused(breaches, {"risk": "high", "tell": "no"}) == ["/why_untold"]


@pytest.mark.parametrize(("tell", "field"), [("unsure", "/tell"), ("yes", "/told_at")])
def test_a_breach_is_closed_once_people_are_thought_of(breaches, tell, field):
    """It is decided whether they must be told, and if so they were."""
    made = breaches.add({**SEEN, **REPORTED, "tell": tell})
    assert refused(breaches, {"state": "closed"}, made) == [field]


def test_a_breach_that_nobody_decided_about_is_not_closed(breaches):
    """Not even when it is noted afterwards: it was reported, or there is a reason."""
    assert refused(breaches, {"risk": "unlikely", "tell": "no", "state": "closed"}) == ["/state"]


def test_the_day_of_closing_follows_and_goes_when_it_is_opened_again(breaches):
    """The file is kept for five years from then."""
    made = breaches.add({**SEEN, **REPORTED, "tell": "no"})
    breaches.change(made.id, {"state": "closed"})
    assert made.closed_on == now().date()
    breaches.change(made.id, {"state": "assessed"})
    assert made.closed_on is None


def test_what_is_undecided_is_counted_by_its_last_moment(breaches):
    """The first one first; what was reported waits no more."""
    made = breaches.add(SEEN)
    other = breaches.add({**SEEN, "noticed_at": NOTICED - timedelta(days=3)})
    assert list(undecided()) == [other.due_at, made.due_at]
    breaches.change(made.id, {"state": "assessed", "risk": "likely"})
    breaches.change(made.id, REPORTED)
    assert list(undecided()) == [other.due_at]


def test_people_who_must_be_told_are_counted_until_they_are(breaches):
    """Whatever the state of the report."""
    made = breaches.add({**SEEN, **REPORTED, "tell": "yes"})
    assert untold() == 1
    breaches.change(made.id, {"told_at": NOTICED + timedelta(hours=71)})
    assert untold() == 0


def test_the_file_stays_by_duty_when_whoever_noted_it_is_erased(world):
    """What an officer wrote is about them; the law wants it for the authority."""
    with world.app.act("note", actor=Actor("officer-1", "Ada", frozenset({"dpo"}))) as act:
        breaches = Breaches(act.session)
        breaches.change(breaches.add({**SEEN, **REPORTED, "tell": "no"}).id, {"state": "closed"})
    with world.app.act("erase") as act:
        desk = act.get(People)
        (kept,) = [
            one for one in desk.foresee([desk.subject("canary_people", "officer-1")]) if one.source == "rgpd_breaches"
        ]
    assert (kept.retained, kept.basis) == (1, "legal_obligation")


@pytest.fixture
def app(make_app):
    """An application with REST and pages."""
    return make_app("rgpd", "console", "routes", "i18n", "static")


def test_an_officer_writes_breaches_and_an_auditor_reads_them(app):
    """Over REST and on pages; others reach neither."""
    officer, sent = app.client("dpo"), {"what": "A lost phone", "noticed_at": NOTICED.isoformat()}
    assert officer.post("/api/v1/rgpd/breaches", json=sent).status_code == 201
    auditor = app.client("auditeur")
    assert auditor.get("/api/v1/rgpd/breaches").json["items"][0]["what"] == "A lost phone"
    assert auditor.post("/api/v1/rgpd/breaches", json=sent).status_code == 403
    assert app.client("user").get("/api/v1/rgpd/breaches").status_code == 403
    page = officer.get("/rgpd/breaches/", headers={"Accept": "text/html", "Accept-Language": "fr"}).text
    assert "Violations de données" in page and "A lost phone" in page


def test_the_log_keeps_who_changed_the_file(app):
    """Names of columns alone: what happened stays out of it."""
    made = app.client("dpo").post("/api/v1/rgpd/breaches", json={"what": "A lost phone"}).json
    events = [event for event in app.trail if event.object == f"rgpd_breaches:{made['id']}"]
    assert [event.action for event in events] == ["insert"] and "phone" not in repr(events)


def test_the_file_has_its_line_in_the_register(app):
    """With the duty that it follows."""
    lines = app.client("dpo").get("/api/v1/rgpd/register", headers={"Accept-Language": "en"}).json["items"]
    (line,) = [one for one in lines if one["purpose"] == "keeping the file of breaches of data"]
    assert line["basis"] == "legal_obligation" and line["readers"]


def test_the_dashboard_says_what_is_late_what_runs_and_who_must_be_told(app):
    """Whoever decides sees it on the first page; nothing stands there while nothing presses."""
    officer, html = app.client("dpo"), {"Accept": "text/html", "Accept-Language": "en"}
    assert "Breaches of data</h2>" not in officer.get("/", headers=html).text
    for noticed in (NOTICED, now()):
        officer.post(
            "/api/v1/rgpd/breaches", json={"what": "A lost phone", "noticed_at": noticed.isoformat(), "tell": "yes"}
        )
    page = officer.get("/", headers=html).text
    assert "1 breach: the 72 hours are over" in page and "1 breach is to be decided about" in page
    assert "2 breaches: people must be told" in page and "The next one is to be reported by" in page
