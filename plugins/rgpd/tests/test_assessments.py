"""Impact assessments: which plugins call for one, and what must be said before one is adopted."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.access import Actor
from dihya_hookspecs.data import Record, impersonal, personal
from dihya_hookspecs.fields import ShortText
from dihya_hookspecs.rgpd import People
from dihya_rgpd.assessments import Assessments, needs, probe, today
from dihya_rgpd.counting import over
from sqlalchemy.orm import Mapped

LAW = {"purpose": ("caring", "soigner"), "basis": "legal_obligation", "retention": "account"}
WHOLE = {
    "description": "Who is ill is noted", "necessity": "Nobody can be cared for otherwise", "risks": "A neighbour reads it",
    "measures": "Only carers read it", "decision": "It is done", "remaining": "acceptable", "look_again_on": today() + timedelta(365),
}  # fmt: skip
HTML = {"Accept": "text/html", "Accept-Language": "en"}


class Patient(Record, subject="id", **LAW):
    """Somebody who is ill."""

    __tablename__ = "ward_patients"
    name: Mapped[str] = personal("name", ShortText(80))
    illness: Mapped[str] = personal("health_and_medical", ShortText(80), article9="h")


class Conviction(Record, subject="id", **LAW):
    """Somebody who was convicted."""

    __tablename__ = "court_people"
    offence: Mapped[str] = personal("criminal_history", ShortText(80), source="Code de procédure pénale")


class Child(Record, subject="id", **LAW):
    """Somebody small."""

    __tablename__ = "nursery_children"
    nap: Mapped[str] = personal("childrens", ShortText(80))
    cot: Mapped[str] = impersonal("a number on a bed", ShortText(10))


def plugin(name):
    """Return a plugin that has nothing but tables."""
    return SimpleNamespace(__doc__="A plugin.", __name__=name)


@pytest.fixture
def run(make_app):
    """Return what makes an application with some of the plugins ward, court and nursery."""

    def make(*names):
        return make_app("rgpd", "console", "routes", "i18n", "static", plugins={name: plugin(name) for name in names})

    return make


@pytest.fixture
def assessments(run):
    """The service, inside an act of an officer, where patients are held."""
    with run("ward").act("assess", actor=Actor("officer-1", "Ada", frozenset({"dpo"}))) as act:
        yield Assessments(act.session)


def adopted(assessments, **values):
    """Return an assessment of the ward that is adopted."""
    return assessments.add({"plugin": "ward", **WHOLE, "state": "adopted", **values})


def refused(assessments, **values):
    """Return the fields to which the refusal of an adopted assessment with these values points."""
    with pytest.raises(Invalid) as found:
        adopted(assessments, **values)
    return [flaw.pointer for flaw in found.value.flaws]


@pytest.mark.parametrize(
    ("name", "reason", "pressing"),
    [
        ("ward", "data of a special category (article 9): health", True),
        ("court", "data about offences (article 10)", True),
        ("nursery", "data about children", False),
    ],
)
def test_columns_say_why_a_plugin_calls_for_an_assessment(run, name, reason, pressing):
    """Special categories and offences press; children alone are one criterion, for the officer to weigh."""
    with run(name).act("look"):
        assert {plugin: (need.reasons, need.pressing) for plugin, need in needs().items()} == {
            name: ((reason,), pressing)
        }


def test_a_plugin_without_such_data_calls_for_nothing(world):
    """Names and addresses alone are no reason that a declaration knows."""
    with world.app.act("look"):
        assert needs() == {} and probe() == "no plugin holds data of articles 9 or 10"


def test_an_adopted_assessment_answers_the_need(assessments):
    """A draft does not."""
    made = assessments.add({"plugin": "ward", **WHOLE})
    assert needs()["ward"].adopted is None
    assessments.change(made.id, {"state": "adopted"})
    assert needs()["ward"].adopted is made


def test_an_assessment_whose_next_look_is_past_answers_nothing(assessments):
    """The day stands in it, so that it is looked at again."""
    made = adopted(assessments)
    made.look_again_on = today() - timedelta(1)
    assessments.session.flush()
    assert needs()["ward"].adopted is None


@pytest.mark.parametrize("name", ["description", "necessity", "risks", "measures", "decision", "look_again_on"])
def test_what_article_35_asks_for_is_said_before_an_assessment_is_adopted(assessments, name):
    """A draft may leave it open."""
    assert refused(assessments, **{name: None}) == [f"/{name}"]
    assert assessments.add({"plugin": "ward", **WHOLE, name: None}).state == "draft"


def test_the_risk_that_remains_is_said(assessments):
    """It decides whether the authority is consulted."""
    assert refused(assessments, remaining="unsure") == ["/remaining"]


def test_a_high_risk_that_remains_is_taken_to_the_authority(assessments):
    """Before the processing begins (article 36)."""
    assert refused(assessments, remaining="high") == ["/consulted_on"]
    assert adopted(assessments, remaining="high", consulted_on=today()).state == "adopted"


def test_the_next_look_lies_ahead(assessments):
    """An assessment that is over on the day of its adoption helps nobody."""
    assert refused(assessments, look_again_on=today()) == ["/look_again_on"]


def test_the_day_of_adoption_follows(assessments):
    """It is renewed when the assessment is adopted again, and gone in a draft."""
    made = adopted(assessments)
    made.adopted_on = today() - timedelta(400)
    assessments.session.flush()
    assessments.change(made.id, {"state": "again"})
    assert made.adopted_on == today() - timedelta(400)
    assessments.change(made.id, {"state": "adopted"})
    assert made.adopted_on == today()
    assessments.change(made.id, {"state": "again"})
    assessments.change(made.id, {"state": "draft"})
    assert made.adopted_on is None


def test_what_is_to_be_looked_at_again_is_counted(assessments):
    """Because somebody says so, or because its day has come; a draft waits for nobody."""
    said, past = adopted(assessments), adopted(assessments)
    assessments.add({"plugin": "ward", "look_again_on": today() - timedelta(1)})
    assert over() == 0
    assessments.change(said.id, {"state": "again"})
    past.look_again_on = today() - timedelta(1)
    assert over() == 2


def test_an_assessment_is_about_an_active_plugin_that_holds_data_about_people(assessments):
    """A refusal names those that there are."""
    with pytest.raises(Invalid, match="ward"):
        assessments.add({"plugin": "wrad", **WHOLE})


def test_an_assessment_of_a_plugin_that_is_gone_is_still_written(assessments):
    """Only the choice of the plugin is checked."""
    made = assessments.add({"plugin": "ward", **WHOLE})
    made.plugin = "gone"
    assessments.session.flush()
    assert assessments.change(made.id, {"decision": "It has ended"}).decision == "It has ended"


def test_the_probe_names_plugins_without_an_assessment(run):
    """With the reason, until one is adopted; a plugin for the officer to weigh is not named."""
    app = run("ward", "nursery")
    with app.act("look") as act:
        with pytest.raises(DihyaError, match=r"for ward \(data of a special category \(article 9\): health\); write"):
            probe()
        adopted(Assessments(act.session))
        assert probe() == "ward: an adopted impact assessment each"


def test_a_missing_assessment_is_a_warning(run):
    """The application is ready all the same, and the doctor ends well."""
    app = run("ward")
    (check,) = [one for _, one in app.hooks.collected("register_health_checks") if one.name == "rgpd.assessments"]
    assert check.critical is False


def test_the_register_says_what_is_missing_and_what_is_adopted(run):
    """At the head of the plugin's part."""
    app = run("ward")
    officer = app.client("dpo")
    assert "no impact assessment is adopted" in officer.get("/rgpd/register", headers=HTML).text
    sent = {**WHOLE, "plugin": "ward", "state": "adopted", "look_again_on": WHOLE["look_again_on"].isoformat()}
    assert officer.post("/api/v1/rgpd/assessments", json=sent).status_code == 201
    page = officer.get("/rgpd/register", headers=HTML).text
    assert "no impact assessment is adopted" not in page and "Impact assessment adopted on" in page


def test_an_officer_writes_assessments_and_an_auditor_reads_them(run):
    """Over REST and on pages; others reach neither."""
    app, sent = run("ward"), {"plugin": "ward"}
    assert app.client("dpo").post("/api/v1/rgpd/assessments", json=sent).status_code == 201
    assert app.client("auditeur").get("/api/v1/rgpd/assessments").json["items"][0]["plugin"] == "ward"
    assert app.client("auditeur").post("/api/v1/rgpd/assessments", json=sent).status_code == 403
    assert app.client("user").get("/api/v1/rgpd/assessments").status_code == 403
    page = app.client("auditeur").get("/rgpd/assessments/", headers={**HTML, "Accept-Language": "fr"}).text
    assert "Analyses d’impact" in page


def test_an_assessment_outlives_whoever_began_it(run):
    """Their account's id is emptied; the assessment names nobody else."""
    app = run("ward")
    with app.act("assess", actor=Actor("officer-1", "Ada", frozenset({"dpo"}))) as act:
        id = Assessments(act.session).add({"plugin": "ward", **WHOLE}).id
    with app.act("erase") as act:
        desk = act.get(People)
        desk.erase([desk.subject("ward_patients", "officer-1")])
    with app.act("look") as act:
        left = Assessments(act.session).get(id)
        assert left.author is None and left.risks == WHOLE["risks"]
