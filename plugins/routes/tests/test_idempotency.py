"""Idempotency-Key: the same request twice acts once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from dihya_hookspecs import Invalid
from dihya_routes.idempotency import Answer, Idempotency, ticket
from dihya_routes.models import KeptAnswer
from dihya_routes.settings import Settings

BOOKS = "/api/v1/library/books"


@pytest.fixture
def app(library):
    """A library without settings of its own."""
    return library()


def post(client, key, **body):
    """Add a book with a key."""
    return client.post(BOOKS, json=body, headers={"Idempotency-Key": key})


def test_same_key_and_body_act_once(app):
    """The second answer equals the first, headers included, even after the record has changed."""
    admin = app.client("admin", id="p1")
    first = post(admin, "k1", title="Odes")
    admin.patch(first.headers["Location"], json={"pages": 3})
    second = post(admin, "k1", title="Odes")
    assert (second.status_code, second.json) == (201, first.json)
    assert second.mimetype == "application/json"
    assert [second.headers[name] for name in ("Location", "ETag")] == [
        first.headers[name] for name in ("Location", "ETag")
    ]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert admin.get(f"{BOOKS}?total=true").json["total"] == 1


def test_same_key_with_another_body_is_refused(app):
    """A key stands for one body; another one is 422 with code idempotency."""
    admin = app.client("admin")
    post(admin, "k1", title="Odes")
    refused = post(admin, "k1", title="Elegies")
    assert (refused.status_code, refused.json["code"]) == (422, "idempotency")
    assert admin.get(f"{BOOKS}?total=true").json["total"] == 1


def test_a_key_belongs_to_one_actor(app):
    """Two people may use the same key for different requests."""
    assert post(app.client("admin", id="p1"), "k1", title="Odes").status_code == 201
    assert post(app.client("admin", id="p2"), "k1", title="Elegies").status_code == 201


def test_a_failed_request_does_not_use_up_its_key(app):
    """What was refused changed nothing, so that the corrected request may use the same key."""
    admin = app.client("admin")
    assert post(admin, "k1", title="").status_code == 422
    assert post(admin, "k1", title="Odes").status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 256])
def test_unusable_keys_are_refused(app, key):
    """A key is 1 to 255 visible ASCII characters."""
    answer = app.client("admin").post(
        BOOKS, json={"title": "x"}, headers={"Idempotency-Key": key.encode().decode("latin-1")}
    )
    assert (answer.status_code, answer.json["code"]) == (400, "idempotency")


def test_the_database_does_not_hold_the_answer_in_the_clear(app):
    """Neither key nor body can be read from the table, so that an erased person is not in it."""
    admin = app.client("admin", id="p1")
    post(admin, "my-key", title="Odes", lender="Tinhinane")
    with app.act() as act:
        row = act.session.query(KeptAnswer).one()
        held = f"{row.digest} {row.request}".encode() + row.answer
    assert b"Tinhinane" not in held and b"my-key" not in held


def test_expired_keys_are_forgotten(app):
    """After the time of the settings the key counts as new, and its row goes."""
    old = ticket("k", "p1", "/x", b"{}")
    past = datetime.now(UTC) - timedelta(hours=1)
    with app.act() as act:
        act.session.add(KeptAnswer(digest=old.digest, request=old.request, expires_at=past))
    with app.act() as act:
        assert Idempotency(act.session, Settings()).begin(old) is None
        assert act.session.query(KeptAnswer).one().expires_at.replace(tzinfo=UTC) > past


def test_a_running_request_is_409(app):
    """While the first request has not answered, the second is told to come back."""
    with app.act() as act:
        memory = Idempotency(act.session, Settings())
        first = ticket("k", "p1", "/x", b"{}")
        assert memory.begin(first) is None
        with pytest.raises(Invalid) as caught:
            memory.begin(first)
        assert (caught.value.status, caught.value.headers) == (409, {"Retry-After": "1"})
        memory.keep(first, Answer(201, "{}", {"ETag": '"1"'}))
        assert memory.begin(first) == Answer(201, "{}", {"ETag": '"1"'})
