"""A search finds what it asks for, and refuses what no database takes."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.access import Actor
from dihya_hookspecs.audit import AuditLog

TIN = Actor("p1", "Tin Canary", frozenset({"user"}))


def test_search_filters_and_pages(app):
    """Filters are exact, words match in any case, wildcards stand for themselves, and *before* goes on."""
    with app.act("test") as act:
        log = act.get(AuditLog)
        newest = log.search(query="made", limit=2)
        assert [e.event.object for e in log.search(query="made", before=newest[-1].index)] == ["toys_things:0"]
        assert len(log.search(object="toys_things:1")) == 1
        assert len(log.search(act=newest[0].event.act)) >= 1
        assert log.search(actor="p") == []
        assert log.search(query="%") == []
        assert log.search(query="toys nothing") == []


def test_a_null_byte_is_looked_for_like_anything_else(app):
    """A NUL, which PostgreSQL does not store in text, is logged, found, filtered by, and asked for over HTTP."""
    with app.act("test", actor=TIN) as act:
        act.record("toys.made", object="a\0b")
    with app.act("test") as act:
        log = act.get(AuditLog)
        assert [entry.event.object for entry in log.search(object="a\0b")] == ["a\0b"]
        assert log.search(query="a\0b") and not log.search(act="\0")
    client = app.client("admin")
    assert client.get("/audit/?q=%00&act=%00").status_code == 200
    assert client.get("/api/v1/audit/bundle?act=%00").status_code == 404


@pytest.mark.parametrize("query", ["x" * 60_000, "x " * 3_000], ids=["long", "many words"])
def test_a_search_that_no_database_takes_is_refused(app, query):
    """A search longer than anybody types is a mistake of the caller, not a failure of ours."""
    with app.act("test") as act, pytest.raises(Invalid, match="at most"):
        act.get(AuditLog).search(query=query)
