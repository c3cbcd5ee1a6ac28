"""Access and refresh tokens."""

from __future__ import annotations

import base64
import json
import sys

import joserfc
import pytest
import time_machine
from dihya_hookspecs import Invalid, Refused
from dihya_hookspecs.keys import Keys
from dihya_securite.keyring import KeyRing
from dihya_securite.models import Person
from dihya_securite.secret import Secret
from dihya_securite.service import Directory
from dihya_securite.tokens import Tokens, signed
from dihya_securite.turning import turn
from joserfc import jws, jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import OctKey, OKPKey

# RFC 8037, appendix A
A1 = {
    "kty": "OKP", "crv": "Ed25519", "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}  # fmt: skip
A4 = (
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4"
    "iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)


def part(value: object) -> str:
    """One part of a compact JWS."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture
def issued(place, add):
    """An application, a person and their first tokens."""
    app = place()
    id = add(app, "tin@example.org", "user")
    with app.act() as act:
        pair = act.get(Tokens).issue(act.session.get(Person, act.get(Directory).get(id).id))
    return app, id, pair


def refused(app, token: str) -> bool:
    """Whether the API answers 401 to *token*."""
    answer = app.client().get("/api/v1/securite/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code in (200, 401), answer.text
    if answer.status_code == 401:
        assert answer.json["code"] == "bad-credential" and answer.headers["WWW-Authenticate"].startswith("Bearer")
    return answer.status_code == 401


def forged(app, header: dict, claims: dict, key=None) -> str:
    """A token with these header and claims, signed by the application's own key unless another is given."""
    with app.act() as act:
        own = act.get(KeyRing).signing()
    if key is None:
        return signed({"kid": own.id, **header}, claims, own)
    return jwt.encode({"kid": key.kid, **header}, claims, key, algorithms=[header["alg"]])


def claims_of(token: str) -> dict:
    """The claims of *token*, unchecked."""
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def test_the_library_verifies_the_example_of_rfc_8037():
    """RFC 8037 A.4 and A.5: signing gives the published bytes, and they verify."""
    key = OKPKey.import_key(A1)
    with pytest.warns(SecurityWarning, match="RFC 9864"):
        signed = jws.serialize_compact({"alg": "EdDSA"}, b"Example of Ed25519 signing", key, algorithms=["EdDSA"])
        found = jws.deserialize_compact(A4, key, algorithms=["EdDSA"])
    assert signed == A4 and found.payload == b"Example of Ed25519 signing"
    assert key.thumbprint() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_an_access_token_is_accepted_and_says_no_more_than_needed(issued):
    """The token opens the API; its claims hold identifiers and times, no name and no address."""
    app, id, pair = issued
    assert not refused(app, pair.access_token)
    claims = claims_of(pair.access_token)
    assert set(claims) == {"iss", "aud", "sub", "sid", "iat", "exp", "jti"} and claims["sub"] == id
    assert pair.expires_in == 900 and claims["exp"] - claims["iat"] == 900


def test_a_token_without_signature_is_refused(issued):
    """``alg: none``, in any spelling, is nothing."""
    app, _, pair = issued
    for name in ("none", "None", "NONE"):
        head = part({"alg": name, "typ": "at+jwt"})
        assert refused(app, f"{head}.{pair.access_token.split('.')[1]}.")


def test_the_public_key_is_no_shared_secret(issued):
    """HS256 with the published key as its secret is refused, whatever the key id."""
    app, _, pair = issued
    with app.act() as act:
        ring = act.get(KeyRing)
        key = ring.verifying(ring.signing().id)
    for secret in (json.dumps(key.as_dict(private=False)).encode(), key.as_pem(private=False)):
        claims = claims_of(pair.access_token)
        shared = OctKey.import_key(base64.b64encode(secret)[:64])
        token = jwt.encode({"alg": "HS256", "typ": "at+jwt", "kid": key.kid}, claims, shared, algorithms=["HS256"])
        assert refused(app, token)


def test_a_key_in_the_header_is_ignored(issued):
    """A token that brings its own key (``jwk``, ``jku``) or names an unknown one is refused."""
    app, _, pair = issued
    mine = OKPKey.generate_key("Ed25519", auto_kid=True)
    header = {"alg": "Ed25519", "typ": "at+jwt", "jwk": mine.as_dict(private=False)}
    assert refused(app, forged(app, header, claims_of(pair.access_token), mine))


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "another"}, {"iss": "another"}, {"exp": 1}, {"aud": None}, {"iss": None}, {"sid": None},
        {"sid": "not a uuid"}, {"sub": None}, {"exp": None}, {"exp": "soon"},
    ],
)  # fmt: skip
def test_claims_that_do_not_fit_are_refused(issued, change):
    """Audience, issuer, subject, family and end must be there and right, even under our own signature."""
    app, _, pair = issued
    claims = {k: v for k, v in (claims_of(pair.access_token) | change).items() if v is not None}
    assert refused(app, forged(app, {"alg": "Ed25519", "typ": "at+jwt"}, claims))


@pytest.mark.parametrize("token", ["x", "a.b.c", "..", "é.é.é", "x" * 9000, ""])
def test_nonsense_is_refused_and_breaks_nothing(issued, token):
    """What is no token at all gets the same 401."""
    assert refused(issued[0], token)


def test_a_refresh_token_opens_nothing_and_an_access_token_refreshes_nothing(issued):
    """The two kinds are not exchangeable."""
    app, _, pair = issued
    assert refused(app, pair.refresh_token)
    with app.act() as act, pytest.raises(Refused):
        act.get(Tokens).refresh(pair.access_token)


def test_a_refresh_token_is_exchanged_once(issued):
    """The exchange gives new tokens that work."""
    app, _, pair = issued
    with app.act() as act:
        second = act.get(Tokens).refresh(pair.refresh_token)
    assert second.refresh_token != pair.refresh_token and not refused(app, second.access_token)


def test_a_reused_refresh_token_revokes_the_whole_family(issued):
    """The second use of one refresh token ends every token of that sign-in, and is recorded."""
    app, id, pair = issued
    url, body = "/api/v1/securite/tokens/refresh", {"refresh_token": pair.refresh_token}
    second = app.client().post(url, json=body).json
    reused = app.client().post(url, json=body)
    assert reused.status_code == 401 and reused.json["code"] == "token-reused"
    assert refused(app, second["access_token"]) and refused(app, pair.access_token)
    assert app.client().post(url, json={"refresh_token": second["refresh_token"]}).status_code == 401
    assert ("securite.token_reused", f"securite_people:{id}") in [(one.action, one.object) for one in app.trail]


def test_a_revoked_or_closed_account_ends_tokens_at_once_though_they_were_verified_before(issued):
    """The cache keeps signatures, not rights: revocation and closing count on the next request."""
    app, id, pair = issued
    assert not refused(app, pair.access_token)
    headers = {"Authorization": f"Bearer {pair.access_token}"}
    assert app.client().delete("/api/v1/securite/tokens/current", headers=headers).status_code == 204
    assert refused(app, pair.access_token)


def test_tokens_end_in_time(issued):
    """An access token ends after 15 minutes, verified or not; the refresh token after 30 days."""
    app, _, pair = issued
    start = claims_of(pair.access_token)["iat"]
    with time_machine.travel(start, tick=False) as clock:
        assert not refused(app, pair.access_token)
        clock.shift(901)
        assert refused(app, pair.access_token)
        clock.shift(31 * 86400)
        with app.act() as act, pytest.raises(Refused):
            act.get(Tokens).refresh(pair.refresh_token)


def test_a_new_signing_key_keeps_old_tokens_valid(issued):
    """Rotation of the key does not sign anybody out."""
    app, _, pair = issued
    with app.act() as act:
        act.get(Keys).agree()
        turn()
    assert not refused(app, pair.access_token)


def test_the_secret_of_one_house_is_not_that_of_another(place, add):
    """Tokens of one installation mean nothing to another: there is no default key."""
    first, second = place(), place()
    add(first, "tin@example.org"), add(second, "tin@example.org")
    with first.act() as act:
        pair = act.get(Tokens).issue(act.get(Directory).by_email("tin@example.org"))
        one = act.get(Secret).mac("a", "b")
    assert refused(second, pair.access_token)
    with second.act() as act:
        assert act.get(Secret).mac("a", "b") != one


def test_a_server_does_not_begin_without_what_verifies_tokens(make_app, monkeypatch):
    """Elsewhere it is imported when a token comes; a server finds out before it answers."""
    monkeypatch.setitem(sys.modules, "joserfc.jwt", None)
    monkeypatch.delattr(joserfc, "jwt")
    make_app("securite")
    with pytest.raises(Invalid, match="securite"):
        make_app("securite", serving=True)
