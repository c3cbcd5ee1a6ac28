"""The log in an application: acts leave entries, searches find them, the health check fails when it must."""

from __future__ import annotations

import html
import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import click
import pytest
from dihya_audit import service
from dihya_audit.merkle import leaf_hash
from dihya_audit.service import Log
from dihya_hookspecs import DihyaError, NotFound, hookimpl
from dihya_hookspecs.access import OPERATOR, Actor
from dihya_hookspecs.acts import Acts, current
from dihya_hookspecs.audit import Anchor, AuditLog
from dihya_hookspecs.data import Database
from filelock import FileLock
from sqlalchemy import text

TIN = Actor("p1", "Tin Canary", frozenset({"user"}))


def test_what_an_act_records_is_in_the_log(app):
    """Each event that was committed is found, with its act and actor, newest first."""
    with app.act("test") as act:
        found = act.get(AuditLog).search(query="TOYS made")
    assert [entry.event.object for entry in found] == ["toys_things:2", "toys_things:1", "toys_things:0"]
    assert {entry.event.actor for entry in found} == {"p1"}
    assert [event.object for event in app.trail if event.action == "toys.made"] == [e.event.object for e in found[::-1]]


def test_several_who_drain_at_once_make_one_chain(app):
    """Threads with connections of their own that drain while acts commit make one log without gap or double."""
    with app.act("test") as act:
        logs = [act.get(AuditLog)] + [Log.from_container(act) for _ in range(3)]
    with ThreadPoolExecutor(4) as pool:
        rounds = [pool.submit(lambda log: [log.sequencer.drain(30) for _ in range(20)], log) for log in logs]
        for number in range(20):
            with app.act("toys.make", actor=TIN) as act:
                act.record("toys.made", object=f"toys_many:{number}")
        for done in rounds:
            done.result()
    with app.act("test") as act:
        assert len(act.get(AuditLog).search(query="toys_many", limit=100)) == 20
        report = act.get(AuditLog).verify()
    assert report.ok, list(report.lines())


def test_an_act_that_fails_leaves_only_its_attempt(app):
    """A failing act's own events are gone; the attempt itself is logged."""
    with pytest.raises(RuntimeError), app.act("toys.break", actor=TIN) as act:
        act.record("toys.made", object="toys_things:never")
        raise RuntimeError("no")
    with app.act("test") as act:
        log = act.get(AuditLog)
        assert log.search(object="toys_things:never") == []
        assert log.search(query="toys.break")[0].event.outcome == "failed"


def test_reading_while_the_act_itself_writes_does_not_hang(app):
    """An act that has written may still read the log; it sees what was committed before."""
    with app.act("test", actor=TIN) as act:
        act.record("toys.made", object="toys_things:pending")
        assert len(act.get(AuditLog).search(query="made")) <= 3


def test_the_health_check_fails_when_the_log_was_cut(app, tamper, probe):
    """The check passes, and fails when the end of the log is gone."""
    assert "checkpoint verified" in probe(app)
    tamper(app, "DELETE FROM audit_entries WHERE position >= 2")
    with pytest.raises(Exception, match="entry 2: cut off at the end"):
        probe(app)


def test_the_health_check_fails_when_a_checkpoint_was_altered(app, tamper, probe):
    """The check fails when the newest checkpoint is not what was signed."""
    probe(app)
    tamper(app, "UPDATE audit_checkpoints SET note = replace(note, 'test-log', 'best-log')")
    with pytest.raises(Exception, match="checkpoint"):
        probe(app)


def test_the_health_check_fails_when_events_wait(app, probe):
    """The check fails while another process keeps the lead and events wait for their place."""
    probe(app)
    with FileLock(app.data / "audit" / "audit.lock"):
        with app.act("toys.make", actor=TIN) as act:
            act.record("toys.made", object="toys_things:late")
        with pytest.raises(Exception, match="events wait"):
            probe(app)
    assert probe(app)


def made(app, number):
    for _ in range(number):
        with app.act("toys.make", actor=TIN) as act:
            act.record("toys.made")
    with app.act("read") as act:
        act.get(AuditLog).catch_up()


def last_signed(app):
    with app.act("look") as act:
        return act.get(AuditLog).checkpoint()


def test_a_forged_history_is_not_signed_by_the_next_act(app, tamper, probe):
    """Old checkpoints and the anchor file are gone and an entry is another: the next act does not make that the log."""
    probe(app)
    signed = last_signed(app)
    (app.data / "anchors" / "checkpoints.txt").unlink()
    with app.act("look") as act, act.get(Database).engine.connect() as connection:
        (envelope,) = connection.execute(text("SELECT envelope FROM audit_entries WHERE position = 0")).one()
    forged = envelope.replace("things:0", "things:9")
    tamper(app, "DELETE FROM audit_checkpoints")
    tamper(app, "UPDATE audit_entries SET envelope = :envelope, leaf = :leaf, object = 'toys_things:9' WHERE position = 0",
           envelope=forged, leaf=leaf_hash(forged.encode()))  # fmt: skip
    made(app, 3)
    with pytest.raises(NotFound):
        last_signed(app)
    assert not (app.data / "anchors" / "checkpoints.txt").exists()
    assert json.loads((app.data / "audit" / "audit.signed").read_text())["note"] == signed
    with pytest.raises(Exception, match="audit log"):
        probe(app)
    assert app.cli("audit", "verify").exit_code == 1
    assert app.cli("doctor").exit_code == 1


def test_a_roll_back_stays_red_whatever_follows(app, tamper, probe):
    """Health does not turn green again because the shortened log has grown, and nothing shorter is anchored."""
    made(app, 3)
    probe(app)
    anchors = (app.data / "anchors" / "checkpoints.txt").read_text()
    tamper(app, "DELETE FROM audit_entries WHERE position >= 4")
    tamper(app, "DELETE FROM audit_nodes WHERE (position + 1) * (1 << level) > 4")
    tamper(app, "DELETE FROM audit_checkpoints WHERE size > 4")
    for _ in range(3):
        made(app, 3)
        with pytest.raises(Exception, match="audit log"):
            probe(app)
    assert (app.data / "anchors" / "checkpoints.txt").read_text() == anchors


def test_page_commands_and_health_agree_and_a_reason_mends_it(app, tamper, probe):
    """All say the same until a reason is recorded, and from then on that it was, with the acts of the meantime."""
    probe(app)
    tamper(app, "DELETE FROM audit_entries WHERE position >= 2")
    made(app, 2)
    with pytest.raises(Exception, match="entry 2: cut off") as caught:
        probe(app)
    sentence = caught.value.message.partition(";")[0]
    admin = app.client("admin")
    assert sentence in html.unescape(admin.get("/audit/").text)
    assert sentence in app.cli("doctor").stdout
    assert app.cli("audit", "accept").exit_code == 2
    done = app.cli("audit", "accept", "--reason", "disk <full>")
    assert done.exit_code == 0 and "recorded: at entry 2" in done.stdout
    assert "1 continuation recorded" in probe(app)
    verified = app.cli("audit", "verify")
    assert verified.exit_code == 0 and "1 continuation:" in verified.stdout
    assert "disk &lt;full&gt;" in admin.get("/audit/").text
    with app.act("look") as act:
        assert len(act.get(AuditLog).search(query="toys.made")) == 4, "two of the first three, and the two that waited"


def test_what_a_command_did_is_in_the_log_when_it_ends(make_app):
    """No event of a command that reads nothing waits for somebody to read the log: going back behind it is found."""

    @click.command()
    def greet():
        with current().get(Acts).open("toys.greet", actor=OPERATOR) as act:
            act.record("toys.greeted")

    toys = SimpleNamespace(register_commands=hookimpl(lambda: greet), __name__="toys", __doc__="Toys.")
    app = make_app("audit", plugins={"toys": toys})
    assert app.cli("greet").exit_code == 0
    with app.engine.connect() as connection:
        entries = connection.execute(text("SELECT action FROM audit_entries ORDER BY position")).scalars().all()
        waiting = connection.execute(text("SELECT count(*) FROM audit_outbox")).scalar()
    assert "toys.greeted" in entries and waiting == 0


def test_no_personal_value_is_in_an_envelope(app):
    """The log names people by their opaque id; a name and an address that an act handled are nowhere in it."""
    with app.act("test") as act:
        content = act.get(AuditLog).bundle()
    assert b"Canary" not in content
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert all(b"Canary" not in archive.read(name) for name in archive.namelist())


def test_an_anchor_of_another_plugin_receives_every_checkpoint(make_app):
    """What another plugin returns from register_anchors is sent the checkpoints, inside an act, beside the file."""
    received = []

    @hookimpl
    def register_anchors():
        return Anchor("letter", lambda note: received.append((current().name, note)))

    plugin = SimpleNamespace(register_anchors=register_anchors, __doc__="Letters.", __name__="letters")
    app = make_app("audit", plugins={"letters": plugin})
    with app.act("toys.make", actor=TIN) as act:
        act.record("toys.made")
    with app.act("look") as act:
        log = act.get(AuditLog)
        note = log.checkpoint()
        assert {anchor["name"] for anchor in log.anchors()} == {"file", "letter"}
        assert log.file.notes() == [note]
    assert received == [("audit.anchor", note)]


def test_a_database_that_does_not_answer_is_no_reason_not_to_start(monkeypatch, caplog):
    """The log of the application says that nothing was compared; what else is wrong ends the start."""

    def fails(code):
        def make_key():
            raise DihyaError("the database does not answer", code=code, status=503)

        monkeypatch.setattr(service, "make_key", make_key)

    fails("database-unreachable")
    service.ensure_key()
    assert "could not be compared with the log: the database does not answer" in caplog.text
    fails("no-key")
    with pytest.raises(DihyaError):
        service.ensure_key()
