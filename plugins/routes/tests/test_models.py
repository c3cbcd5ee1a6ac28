"""The table of kept answers: it is about nobody, and forgets."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.data import Impersonal
from dihya_routes.models import KeptAnswer
from sqlalchemy import LargeBinary
from sqlalchemy.exc import IntegrityError

TABLE = KeptAnswer.__table__


def test_no_column_is_about_a_person():
    """Each says why; the answer itself, which may quote personal values, is bytes and never text."""
    assert TABLE.name == "routes_idempotency"
    for column in TABLE.columns:
        assert isinstance(column.info["rgpd"], Impersonal) and column.info["rgpd"].why, column
    assert isinstance(TABLE.c.answer.type, LargeBinary)


def test_only_the_answer_may_be_missing():
    """A key is reserved before there is an answer; without digest, request or time it is no reservation."""
    assert {column.name for column in TABLE.columns if column.nullable} == {"answer"}


def test_digests_have_room():
    """The two HMAC-SHA-256 in hexadecimal fit exactly, and what has expired is found by an index."""
    assert (TABLE.c.digest.type.length, TABLE.c.request.type.length) == (64, 64)
    assert TABLE.c.expires_at.index and TABLE.c.expires_at.type.timezone


def test_a_key_is_reserved_once(library):
    """The database itself refuses the second of two requests that meet."""
    from datetime import UTC, datetime

    def row():
        return KeptAnswer(digest="d" * 64, request="r" * 64, expires_at=datetime.now(UTC))

    app = library()
    with app.act() as act:
        act.session.add(row())
    with pytest.raises(Invalid) as refused, app.act() as act:
        act.session.add(row())
        act.session.flush()
    assert refused.value.status == 409 and isinstance(refused.value.__cause__, IntegrityError)


def test_keeping_an_answer_is_not_audited(library):
    """The record that was added is in the trail; the answer kept of it is not."""
    app = library()
    added = app.client("admin").post("/api/v1/library/books", json={"title": "Odes"}, headers={"Idempotency-Key": "k1"})
    assert added.status_code == 201
    with app.act() as act:
        assert act.session.query(KeptAnswer).count() == 1
    objects = [event.object or "" for event in app.trail]
    assert any(each.startswith("library_books:") for each in objects)
    assert not any(each.startswith("routes_idempotency") for each in objects)
