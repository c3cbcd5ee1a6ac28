"""A whole application finds what was done to its log, on both engines."""

from __future__ import annotations

import pytest
from dihya_hookspecs import DihyaError
from sqlalchemy import text

SAMPLE = {
    "an entry's column edited": ["UPDATE audit_entries SET actor = 'p2' WHERE position = 1"],
    "an envelope edited": ["UPDATE audit_entries SET envelope = replace(envelope, 'done', 'gone') WHERE position = 1"],
    "an entry deleted": ["DELETE FROM audit_entries WHERE position = 1"],
    "cut back": [
        "DELETE FROM audit_entries WHERE position >= 2",
        "DELETE FROM audit_nodes WHERE (position + 1) * (1 << level) > 2",
        "DELETE FROM audit_checkpoints WHERE size > 2",
    ],
    "nodes deleted": ["DELETE FROM audit_nodes"],
    "checkpoints deleted": ["DELETE FROM audit_checkpoints"],
    "a checkpoint edited": ["UPDATE audit_checkpoints SET note = replace(note, 'test-log', 'best-log')"],
    "an entry copied to the end": [
        "INSERT INTO audit_entries SELECT 77, leaf, envelope, at, act, actor, action, object, outcome, plugin "
        "FROM audit_entries WHERE position = 1"
    ],
}  # fmt: skip


@pytest.mark.parametrize("way", SAMPLE)
def test_a_whole_application_finds_it_on_both_engines(app, tamper, probe, way):
    """In an application, on SQLite and PostgreSQL: red before and after three more acts, which all are kept."""

    def signed():
        with app.engine.connect() as connection:
            return set(connection.scalars(text("SELECT note FROM audit_checkpoints")))

    probe(app)
    for statement in SAMPLE[way]:
        tamper(app, statement)
    before = signed()
    for _ in range(3):
        with pytest.raises(DihyaError, match="audit log"):
            probe(app)
        with app.act("toys.make") as act:
            act.record("toys.made")
    assert signed() == before
    assert app.cli("audit", "verify").exit_code == 1 and app.cli("doctor").exit_code == 1
    assert app.cli("audit", "accept", "--reason", "tried out").exit_code == 0
    assert app.cli("audit", "verify").exit_code == 0 and "1 continuation recorded" in probe(app)
