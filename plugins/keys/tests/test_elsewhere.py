"""Keys that lie elsewhere: an implementation in memory, as another plugin would have it for a KMS."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from dihya_hookspecs import NotFound, hookimpl
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.audit import AuditLog
from dihya_hookspecs.keys import Keys, Signer

from dihya_core import create_app


class RemoteSigner(Signer):
    """A key that never leaves its place; only what it made comes back."""

    def __init__(self, label):
        self._private, self._mac = Ed25519PrivateKey.generate(), label.encode()
        self.label, self.made_at = label, datetime.now(UTC)
        self.public = self._private.public_key().public_bytes_raw()
        self.id = sha256(self.public).hexdigest()[:16]

    def sign(self, message):
        return self._private.sign(message)

    def verify(self, message, signature):
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def secret(self, purpose):
        return hmac.digest(self._mac, purpose.encode(), "sha256")


class RemoteKeys(Keys):
    """Keys in memory, by name."""

    def __init__(self):
        self.made = {}

    def names(self):
        return sorted(self.made)

    def signer(self, name):
        return self.public(name)[-1]

    def create(self, name, *, label=""):
        self.made.setdefault(name, [RemoteSigner(label or name)])
        return self.signer(name)

    def rotate(self, name, *, keep):
        self.made[name].append(RemoteSigner(self.signer(name).label))
        return self.signer(name)

    def public(self, name, *, fresh=False):
        if name not in self.made:
            raise NotFound(f"no key {name!r}")
        return self.made[name]

    def beside(self, data):
        return self


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """An application whose keys another plugin keeps."""
    remote = RemoteKeys()

    @hookimpl
    def register_services(registry):
        registry.register_value(Keys, remote)

    flask = create_app(
        only={"db", "audit", "securite", "rgpd"},
        plugins={"kms": SimpleNamespace(register_services=register_services, __name__="dihya_kms")},
        given={
            "dihya": {"data": str(tmp_path)},
            "db": {"url": f"sqlite:///{tmp_path / 'dihya.db'}"},
            "securite": {"argon2_time": 1, "argon2_memory": 64},
        },
        environ={},
    )
    from dihya_tests import schema
    from dihya_tests.kit import App

    app = App(flask, [])
    info = flask.runtime.app_info()
    schema.make(app.engine, dict(info.folders), {plugin.name for plugin in info.plugins})
    yield app, remote
    app.stop()


def test_log_tokens_and_exports_need_no_file(elsewhere):
    """The log verifies, a token opens the API before and after its key was replaced, and no key lies in the data folder."""
    from dihya_securite.keyring import KeyRing
    from dihya_securite.service import Directory
    from dihya_securite.turning import turn

    app, remote = elsewhere
    with app.act("people", actor=OPERATOR) as act:
        act.get(Directory).create(OPERATOR, "tin@example.org", "Tin", ["admin"], "quatre mots sans rapport")
    person = {"email": "tin@example.org", "password": "quatre mots sans rapport"}
    old = app.client().post("/api/v1/securite/tokens", json=person).json["access_token"]
    with app.act("turn") as act:
        turn()
        assert act.get(KeyRing).signing().id == remote.signer("securite.tokens").id
    new = app.client().post("/api/v1/securite/tokens", json=person).json["access_token"]
    for token in (old, new):
        answer = app.client().get("/api/v1/securite/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, json.dumps(answer.json)
    with app.act("look") as act:
        report = act.get(AuditLog).verify()
    assert report.ok and report.size > 1, list(report.lines())
    assert set(remote.names()) >= {"audit", "securite", "securite.tokens"}
    assert not list(Path(app.data).rglob("*.key"))
