"""A restored backup: the log goes on with the reason in it, and a backup that contradicts the log does not."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest
from dihya_audit.restoring import check, keep_evidence
from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import OPERATOR, Actor
from dihya_hookspecs.audit import AuditLog
from dihya_hookspecs.backup import Restored
from dihya_hookspecs.data import Database
from dihya_keys.service import FileKeys
from sqlalchemy import text

TIN = Actor("p1", "Tin Canary", frozenset({"user"}))


def make(app, number):
    for _ in range(number):
        with app.act("toys.make", actor=TIN) as act:
            act.record("toys.made")
    with app.act("read") as act:
        act.get(AuditLog).catch_up()


def leave(app):
    """Close the database; return its data folder."""
    with app.act("leave") as act:
        act.get(Database).engine.dispose()
    return app.data


def put_back(app, reason="the disk failed", previous=None):
    with app.act("backup.restore", actor=OPERATOR):
        app.hooks.call("on_restored", restored=Restored("2026-11-20T03:00:00Z", "site", "00" * 32, reason, previous))


@pytest.fixture
def site(make_app, tmp_path):
    """An application with a log of its own, ``saved`` as it was after five acts, and four acts later."""
    app = make_app("audit", config={"db": {"url": f"sqlite:///{tmp_path}/live/dihya.db"}}, data=tmp_path / "live")
    make(app, 5)
    saved = tmp_path / "saved"
    shutil.copytree(leave(app), saved)
    make(app, 4)
    leave(app)

    def start(folder):
        return make_app("audit", config={"db": {"url": f"sqlite:///{folder}/dihya.db"}}, data=folder, tables=False)

    return SimpleNamespace(live=tmp_path / "live", saved=saved, start=start)


def test_a_restored_backup_goes_on_with_the_reason_in_the_log(site, probe):
    """What was signed after the backup is named, nobody has to act, and everything verifies."""
    app = site.start(site.saved)
    put_back(app, previous=site.live)
    make(app, 2)
    assert "1 continuation recorded" in probe(app)
    with app.act("look") as act:
        report = act.get(AuditLog).verify()
    (found,) = report.continuations
    assert report.ok, list(report.lines())
    assert found.reason == "backup of 2026-11-20T03:00:00Z restored: the disk failed"
    assert found.signed - found.index >= 4 and found.kept == found.index
    assert "9" not in found.facts() and found.actor == OPERATOR.id


def test_without_the_hook_the_same_backup_is_red(site, probe):
    """Putting the old files back by hand, with the newer anchors beside them, is found."""
    app = site.start(site.saved)
    shutil.copy(site.live / "anchors" / "checkpoints.txt", site.saved / "anchors" / "checkpoints.txt")
    make(app, 2)
    with pytest.raises(DihyaError, match="older database"):
        probe(app)


def test_a_backup_on_a_new_machine_goes_on_too(site, probe):
    """Where nothing was before, what the backup knows is all there is to know, and the reason is recorded."""
    app = site.start(site.saved)
    put_back(app, reason="")
    make(app, 1)
    assert "1 continuation recorded" in probe(app)


def test_a_backup_that_contradicts_the_log_is_not_signed_by_itself(site, probe):
    """A forged backup does not become the log by being restored: nothing is signed until a person says why."""
    app = site.start(site.saved)
    with app.engine.begin() as connection:
        for table in ("audit_entries", "audit_nodes"):
            connection.execute(text(f"DROP TRIGGER {table}_no_update"))
        connection.execute(text("UPDATE audit_entries SET actor = 'p9' WHERE position = 1"))
    with app.act("check"), pytest.raises(DihyaError, match="entry 1: column 'actor'"):
        check()
    put_back(app, previous=site.live)
    with pytest.raises(DihyaError, match="audit log"):
        probe(app)
    make(app, 2)
    assert app.cli("audit", "verify").exit_code == 1


def test_the_part_of_a_backup_is_checked_on_its_own(site):
    """The log in a sound backup verifies, though the files beside the database know of later signatures."""
    shutil.copy(site.live / "audit" / "audit.signed", site.saved / "audit" / "audit.signed")
    shutil.copy(site.live / "anchors" / "checkpoints.txt", site.saved / "anchors" / "checkpoints.txt")
    app = site.start(site.saved)
    with app.act("check"):
        (part,) = [part for _, part in app.hooks.collected("register_backup_parts") if part.name == "audit"]
        assert "entries of the audit log verified" in part.check()


def test_the_signatures_of_another_log_are_not_carried_over(site, world):
    """A folder with another key says nothing about this log."""
    before = (site.saved / "audit" / "audit.signed").read_text()
    keep_evidence(site.live, FileKeys(site.live / "keys"), site.saved, "anchors/checkpoints.txt", world.log.signer)
    assert (site.saved / "audit" / "audit.signed").read_text() == before
