"""Tokens against forged requests."""

from __future__ import annotations

import pytest
from dihya_hookspecs.access import Actor
from dihya_keys.service import FileKeys
from dihya_securite import csrf
from dihya_securite.secret import Secret
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

ACTOR = Actor("1", "Tin", session="s1")


@pytest.fixture
def secret(tmp_path):
    """A secret."""
    return Secret(FileKeys(tmp_path))


def request(method: str = "POST", **options) -> Request:
    """A request."""
    return Request(EnvironBuilder("/x", method=method, **options).get_environ())


def test_a_token_fits_its_bond_only(secret, tmp_path):
    """Not another session, not another application, not a changed token; and no two tokens are alike."""
    token = csrf.make(secret, "session:s1")
    assert csrf.fits(secret, "session:s1", token) and csrf.make(secret, "session:s1") != token
    assert not csrf.fits(secret, "session:s2", token)
    assert not csrf.fits(Secret(FileKeys(tmp_path / "other")), "session:s1", token)
    for broken in ("", token[:-1], token + "0", token.replace(".", ""), "é.é", token.upper()):
        assert not csrf.fits(secret, "session:s1", broken)


def test_unsafe_requests_by_session_need_the_token(secret):
    """In the form or in the header; without it, or with a wrong one, there is a Denial."""
    token = csrf.make(secret, "session:s1")
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert csrf.objection(secret, ACTOR, request(method)).code == "csrf"
        assert csrf.objection(secret, ACTOR, request(method, headers={"X-CSRF-Token": token})) is None
    assert csrf.objection(secret, ACTOR, request(data={"csrf_token": token})) is None
    assert csrf.objection(secret, ACTOR, request(data={"csrf_token": "wrong"})).code == "csrf"


def test_another_site_is_refused_even_with_a_token(secret):
    """The browser says that the request comes from another site."""
    headers = {"X-CSRF-Token": csrf.make(secret, "session:s1"), "Sec-Fetch-Site": "cross-site"}
    assert csrf.objection(secret, ACTOR, request(headers=headers)).code == "csrf"


def test_safe_requests_and_programs_need_none(secret):
    """GET changes nothing; a token or key is not sent by a browser by itself."""
    assert csrf.objection(secret, ACTOR, request("GET")) is None
    assert csrf.objection(secret, Actor("1", "Tin"), request()) is None
    assert csrf.objection(secret, None, request()) is None
