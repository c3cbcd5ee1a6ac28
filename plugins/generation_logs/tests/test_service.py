"""What is recorded, and what is not."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from dihya_generation_logs.models import Attempt, Generation
from dihya_generation_logs.service import GenerationLogs, digest, flat
from dihya_generation_logs.settings import Settings
from dihya_hookspecs import NotFound
from pydantic import ValidationError


@pytest.fixture
def app(make_app):
    """An application with the log."""
    return make_app("generation_logs")


def record(app, project):
    with app.act("services.generate"):
        app.hooks.call("after_generation", project=project)


def only(act):
    (found,) = act.get(GenerationLogs).between()
    return found


def test_record(app, make):
    """A generation is recorded with its attempts, through the hook."""
    record(app, make())
    with app.act() as act:
        row = only(act)
        assert (row.project, row.person_id, row.status, row.template) == ("pr1", "p1", "ready", "sante")
        assert (row.tier, row.model, row.confidence) == ("embedded", "SmolLM2-135M-Instruct-Q4_1", 0.87)
        assert (row.tokens_in, row.tokens_out) == (10, 3) and row.durations == {"render": 0.2}
        assert [(it.number, it.outcome, it.detail) for it in row.attempts] == [
            (1, "rate_limited", "HTTP 429"), (2, "answered", ""),
        ]  # fmt: skip
        assert row.checks == [{"name": "tests", "passed": True, "seconds": 3.2}]


def test_never_the_content(app, make, idea):
    """Neither idea nor reason is kept: a length and a keyed fingerprint, which recognises the same idea again."""
    record(app, make())
    with app.act() as act:
        row = only(act)
        kept = json.dumps(flat(row), ensure_ascii=False)
        assert "Martin" not in kept.replace("cabinet_martin", "") and "patients" not in kept and "resembles" not in kept
        assert row.idea_length == len(idea) and row.idea_mark == act.get(GenerationLogs).marks.mark(f" {idea}\n")


def test_the_options_leave_no_digest_that_could_be_guessed(app, make):
    """Typed options leave a keyed mark, which erasing the person empties; no plain SHA-256 of them stands anywhere."""
    record(app, make())
    options = make().needs.options
    spellings = [json.dumps(options, sort_keys=True, separators=s) for s in ((",", ":"), (", ", ": "))]
    plain = [hashlib.sha256(text.encode()).hexdigest() for text in spellings]
    with app.act() as act:
        kept = json.dumps(flat(only(act))) + repr([event.facts for event in app.trail])
        assert only(act).options_mark and not any(digest in kept for digest in plain)
    assert Generation.__table__.columns["options_mark"].info["rgpd"].subject == "person_id"


def test_human_review(app, make):
    """Who accepted, when, and which fields they changed of the proposal, by name."""
    record(app, make())
    with app.act() as act:
        row = only(act)
        assert row.accepted_by == "p1" and row.accepted_at is not None
        assert row.changed_fields == ["name", "options.reminders"]


def test_without_a_model(app, make):
    """A generation without proposal, or without a person, says so."""
    record(app, make(proposed=False))
    with app.act() as act:
        row = only(act)
        assert (row.tier, row.model, row.attempts, row.accepted_by, row.changed_fields) == ("", "", [], None, [])


def test_failed_generation(app, make):
    """A generation that failed is recorded too."""
    record(app, make(status="failed"))
    with app.act() as act:
        assert only(act).status == "failed"


def test_rolled_back_with_its_act(app, make):
    """The record shares the fate of the act that generated."""
    with pytest.raises(ZeroDivisionError), app.act("services.generate"):
        app.hooks.call("after_generation", project=make())
        raise ZeroDivisionError
    with app.act() as act:
        assert act.get(GenerationLogs).between() == []


def test_anchored_in_the_audit(app, make):
    """The audit keeps the digest of a record; changing the record changes the digest, erasing the person does not."""
    record(app, make())
    (event,) = [event for event in app.trail if event.action == "generation_logs.recorded"]
    with app.act() as act:
        row = only(act)
        assert event.facts["digest"] == digest(row)
        row.person_id = row.accepted_by = row.idea_mark = row.options_mark = None
        act.session.flush()
        assert event.facts["digest"] == digest(row)
        row.model = "another"
        assert event.facts["digest"] != digest(row)


def test_sweep(app, make):
    """Records older than the retention go with their attempts, and the audit says how many; younger ones stay."""
    for number in range(3):
        record(app, make(f"pr{number}"))
    later = datetime.now(UTC) + timedelta(days=366)
    with app.act() as act:
        logs = act.get(GenerationLogs)
        assert logs.sweep() == 0 and logs.sweep(dry=True, now=later) == 3
        assert logs.sweep(limit=2, now=later) == 2
        assert act.session.query(Generation).count() == 1 and act.session.query(Attempt).count() == 2
    assert [event.facts["rows"] for event in app.trail if event.action == "generation_logs.swept"] == [2]


def test_new_records_sweep_old_ones(app, make):
    """Old records go by themselves when new ones are written."""
    record(app, make("old"))
    with app.act() as act:
        only(act).created_at = datetime.now(UTC) - timedelta(days=400)
    record(app, make("new"))
    with app.act() as act:
        assert only(act).project == "new"


def test_retention_has_a_floor():
    """The retention may be raised, never lowered below six months."""
    assert Settings(retention_days=1000).retention_days == 1000
    with pytest.raises(ValidationError):
        Settings(retention_days=182)


def test_what_is_no_identifier_is_not_found(app):
    """As a record that is not there."""
    with app.act() as act, pytest.raises(NotFound):
        act.get(GenerationLogs).get("nonsense")
