"""Who the client is when a proxy stands between."""

from __future__ import annotations

import pytest
from dihya_hookspecs import DihyaError
from dihya_middleware import strangers

HEADERS = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "dihya.example"}


def seen(app, headers, peer="127.0.0.1"):
    """What a view sees."""
    return app.client().get("/answers/echo", headers=headers, environ_base={"REMOTE_ADDR": peer}).json


def test_nobody_is_believed_by_default(web):
    """The headers of strangers change nothing, and are taken away."""
    found = seen(web(), HEADERS)
    assert (found["address"], found["scheme"], found["host"]) == ("127.0.0.1", "http", "localhost")
    assert found["forwarded"] == []


def test_a_trusted_proxy_is_believed(web):
    """Address, scheme and host are those of the client."""
    found = seen(web(trusted_proxies=["127.0.0.0/8"]), HEADERS)
    assert (found["address"], found["scheme"], found["host"]) == ("203.0.113.7", "https", "dihya.example")
    assert found["url"].startswith("https://dihya.example/") and found["link"] == "https://dihya.example/answers/page"
    assert seen(web(trusted_proxies=["10.0.0.0/8"]), HEADERS)["address"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("6.6.6.6, 203.0.113.7", "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.9, 10.0.0.2", "10.0.0.9"),
        ("nonsense, 10.0.0.2", "10.0.0.2"),
        ("<script>", "10.0.0.1"),
        ("203.0.113.7:5555", "203.0.113.7"),
        ("[2001:db8::1]:5555", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", "10.0.0.1"),
    ],
)
def test_only_the_part_of_the_chain_that_our_proxies_wrote_counts(web, chain, client):
    """From the right, past our proxies, to the first address that is not one of them."""
    app = web(trusted_proxies=["10.0.0.0/8"])
    assert seen(app, {"X-Forwarded-For": chain}, "10.0.0.1")["address"] == client


@pytest.mark.parametrize("host", ["a b", "evil\\", "x/y", "a@b", "", "x" * 300])
def test_a_host_that_is_none_is_ignored(web, host):
    """What cannot be a host name does not become one."""
    app = web(trusted_proxies=["127.0.0.1/32"])
    assert seen(app, {"X-Forwarded-Host": host, "X-Forwarded-Proto": "gopher"})["url"].startswith("http://localhost/")


def test_a_network_that_is_none_is_a_configuration_error(web):
    """A misspelt network stops the start."""
    with pytest.raises(Exception, match="trusted_proxies"):
        web(trusted_proxies=["10.0.0.0/99"])


@pytest.mark.parametrize(("trusted", "expected"), [(["127.0.0.0/8"], "edge-0123456789"), ([], None)])
def test_the_id_that_a_trusted_proxy_gives_is_a_fact_beside_ours(web, trusted, expected):
    """Audit events carry it as ``request_id``; the act and the answer keep an id of our own, whoever asks."""
    app = web(trusted_proxies=trusted)
    answer = app.client("user").post("/answers/echo", headers={"X-Request-ID": "edge-0123456789"})
    (event,) = app.trail
    assert event.facts.get("request_id") == expected
    assert answer.headers["X-Request-ID"] == event.act != "edge-0123456789"


def test_a_prefix_of_a_trusted_proxy_is_the_root(web):
    """Links and the root lie below it; nobody else's prefix counts."""
    app = web(trusted_proxies=["127.0.0.0/8"])
    found = seen(app, {**HEADERS, "X-Forwarded-Prefix": "/dihya/"})
    assert found["link"] == "https://dihya.example/dihya/answers/page"
    assert found["url"] == "https://dihya.example/dihya/answers/echo"
    assert seen(web(), {"X-Forwarded-Prefix": "/dihya"})["link"] == "http://localhost/answers/page"


def test_a_path_without_its_slash_leads_on_to_where_the_client_is(web):
    """The redirect has the prefix that a trusted proxy names, and no scheme and no host that a proxy might have hidden."""
    headers = {**HEADERS, "X-Forwarded-Prefix": "/dihya"}
    client = web(trusted_proxies=["127.0.0.0/8"]).client()
    answer = client.get("/answers/a/folder?a=b", headers=headers)
    assert (answer.status_code, answer.location) == (308, "/dihya/answers/a/folder/?a=b")
    stranger = web().client().get("/answers/a/folder", headers=headers)
    assert stranger.location == "/answers/a/folder/"


@pytest.mark.parametrize("prefix", ["//evil.example", "dihya", "/a b", "/a/../b", "/<script>", "/"])
def test_a_prefix_that_is_none_is_ignored(web, prefix):
    """It would stand in every link."""
    app = web(trusted_proxies=["127.0.0.0/8"])
    assert seen(app, {"X-Forwarded-Prefix": prefix})["link"] == "http://localhost/answers/page"


def test_the_standard_header_says_the_same(web):
    """``Forwarded`` of RFC 7239."""
    said = {"Forwarded": 'for=6.6.6.6, for="[2001:db8::1]:4711";proto=https;host=dihya.example, for=127.0.0.2'}
    found = seen(web(trusted_proxies=["127.0.0.0/8"]), said)
    assert (found["address"], found["scheme"], found["host"]) == ("2001:db8::1", "https", "dihya.example")


def test_an_untrusted_proxy_is_said_once(web, caplog):
    """In the log and by doctor, until it is trusted; strangers on the open network are not taken for proxies."""
    app = web()
    seen(app, HEADERS, "9.9.9.9")
    assert "trusted_proxies" not in caplog.text
    for _ in range(3):
        seen(app, HEADERS, "10.0.0.7")
    assert caplog.text.count("a proxy at 10.0.0.7 sends X-Forwarded-* headers") == 1
    with app.act("test"), pytest.raises(DihyaError, match=r"a proxy at 10\.0\.0\.7"):
        strangers.probe()
