"""What goes to another machine with the key."""

from __future__ import annotations

import json

import pytest
from dihya_audit.handing_over import give, make, take
from dihya_audit.memory import Memory
from dihya_hookspecs.acts import get
from dihya_hookspecs.audit import AuditLog
from dihya_hookspecs.keys import Keys


def test_what_was_signed_last_goes_along(app):
    """A data folder that forgot what was signed last takes it from one that knows, and the log verifies again."""
    with app.act("hand"):
        text = give()
    assert json.loads(text)["note"] == json.loads((app.data / "audit" / "audit.signed").read_text())["note"]
    (app.data / "audit" / "audit.signed").unlink()
    with app.act("look") as act:
        assert not act.get(AuditLog).verify().ok
    with app.act("hand"):
        take(text)
    with app.act("look") as act:
        assert act.get(AuditLog).verify().ok


def test_what_was_signed_here_is_not_replaced(app):
    """A folder that has signed keeps its own memory, whatever comes along."""
    with app.act("hand"):
        take("")
        give()
        before = Memory(app.data).read()
        take(json.dumps({"note": "something else"}))
    assert Memory(app.data).read() == before


def test_what_another_key_signed_is_not_taken(app):
    """A note that the key of this log has not signed is refused."""
    with app.act("hand"), pytest.raises(ValueError, match="malformed note"):
        take(json.dumps({"note": "log\n1\nAAAA\n"}))


def test_a_new_log_gets_its_key(make_app):
    """The key is made with the log's name, and only once."""
    app = make_app("audit", config={"audit": {"origin": "test-log"}})
    with app.act("make"):
        make()
        make()
        assert get(Keys).signer("audit").label == "test-log"
