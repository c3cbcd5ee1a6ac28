"""A provider inside of a company, with a certificate of the company's own."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from dihya_hookspecs.ai import AIFailure, AIRequest
from dihya_models.openai_compatible import OpenAICompatible
from dihya_models.settings import Endpoint


class Direct:
    """Connections that nobody guards."""

    def client(self, plugin, **options):
        return httpx2.Client(trust_env=False, **options)


@pytest.fixture
def authority(tmp_path, endpoint):
    """The certificate of a company's own authority, as PEM; the fake endpoint speaks TLS with it from now on."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    alternative = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    signed = made.add_extension(alternative, critical=False).sign(key, hashes.SHA256())
    certificate, private = tmp_path / "ca.pem", tmp_path / "key.pem"
    certificate.write_bytes(signed.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    endpoint.server.socket = context.wrap_socket(endpoint.server.socket, server_side=True)
    return certificate


@pytest.mark.parametrize("way", ["setting", "variable"])
def test_an_authority_of_a_company_is_believed_where_it_is_named(endpoint, authority, behaviour, monkeypatch, way):
    """By ``ca_file``, or by SSL_CERT_FILE as other programs do; without either, nothing is sent."""
    address = endpoint.url.replace("http://", "https://")
    given = {"name": "fake", "url": address, "model": "fake-large", "api_key": "s3cret", "idle": 5}
    endpoint.script = [behaviour.answers("bonjour")]
    with pytest.raises(AIFailure, match="unreachable"):
        OpenAICompatible(Endpoint(**given), Direct()).answer(AIRequest("test", "chat", "salut"), 5)
    assert endpoint.requests == []
    if way == "variable":
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    more = {"ca_file": authority} if way == "setting" else {}
    believing = OpenAICompatible(Endpoint(**given, **more), Direct())
    assert believing.answer(AIRequest("test", "chat", "salut"), 5).text == "bonjour"
    believing.close()
