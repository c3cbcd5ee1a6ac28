"""The client that reaches declared hosts only."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_egress.service import Guard, matching
from dihya_hookspecs import Refused, hookimpl
from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.net import Egress, Outgoing
from dihya_hookspecs.observe import Observer


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """No refusal was told before."""
    monkeypatch.setattr(Guard, "_told", {})


def test_a_declared_host_is_reached(start, server):
    """As with any client of httpx2."""
    with start(("127.0.0.1", True)).act(), get(Outgoing).client("shop") as client:
        assert client.get(server.url).text == "ok"


def test_an_undeclared_host_is_refused_before_anything_is_sent(start, server):
    """The sentence names plugin, host, what is declared, and what to do; nothing arrives."""
    words = r"plugin 'shop' may not call '127.0.0.1': it declares example.org; name it in register_egress"
    with (
        start(("example.org", False)).act(),
        get(Outgoing).client("shop") as client,
        pytest.raises(Refused, match=words),
    ):
        client.get(server.url)
    assert server.asked == []


def test_the_declarations_of_another_plugin_do_not_count(start, server):
    """Each plugin has its own."""
    with (
        start(("127.0.0.1", True)).act(),
        get(Outgoing).client("other") as client,
        pytest.raises(Refused, match="it declares no host"),
    ):
        client.get(server.url)


def test_a_redirect_to_an_undeclared_host_is_refused(start, server):
    """The first answer may not lead out."""
    server.leads["/out"] = f"http://localhost:{server.server_port}/in"
    with (
        start(("127.0.0.1", True)).act(),
        get(Outgoing).client("shop", follow_redirects=True) as client,
        pytest.raises(Refused, match="'localhost'"),
    ):
        client.get(f"{server.url}/out")
    assert server.asked == ["/out"]


def test_a_host_that_leads_into_the_private_network_is_refused_unless_that_was_declared(start, server):
    """Although its name is declared."""
    with (
        start(("localhost", False)).act(),
        get(Outgoing).client("shop") as client,
        pytest.raises(Refused, match="this machine's own address; declare it with private=True"),
    ):
        client.get(f"http://localhost:{server.server_port}/")
    assert server.asked == []


def test_the_proxies_of_the_environment_are_ignored(start, server, monkeypatch):
    """Nobody declared them."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with start(("127.0.0.1", True)).act(), get(Outgoing).client("shop") as client:
        assert client.get(server.url).status_code == 200


def test_a_proxy_must_be_declared_too(start, server):
    """What is sent through it is sent to it."""
    refused = pytest.raises(Refused, match=r"127\.0\.0\.1")
    with start(("example.org", False)).act(), get(Outgoing).client("shop", proxy=server.url) as client, refused:
        client.get("http://example.org/")
    assert server.asked == []


def test_a_refusal_is_audited_once_a_minute(start, server):
    """In the act that is running, with plugin and host."""
    app = start(("example.org", False))
    with app.act("shop.look"), get(Outgoing).client("shop") as client:
        for _ in range(2):
            with pytest.raises(Refused):
                client.get(server.url)
    told = [event for event in app.trail if event.action == "egress.refused"]
    assert [(event.object, event.outcome, event.facts["host"]) for event in told] == [
        ("plugin:shop", "refused", "127.0.0.1")
    ]


def test_there_is_an_end_to_the_hosts_whose_refusal_is_told(start, monkeypatch):
    """Whoever names ever new hosts fills neither the log nor the memory; a minute later they are told again."""
    from dihya_egress import service

    now = [0.0]
    monkeypatch.setattr(service, "monotonic", lambda: now[0])
    monkeypatch.setattr(service, "MOST", 2)
    app = start(("example.org", False))
    with app.act("shop.look"), get(Outgoing).client("shop") as client:
        for moment in (0.0, service.QUIET):
            now[0] = moment
            for name in "abc":
                with pytest.raises(Refused):
                    client.get(f"http://{name}.example.net/")
    told = [event.facts["host"] for event in app.trail if event.action == "egress.refused"]
    assert told == ["a.example.net", "b.example.net"] * 2


def test_observers_are_told_of_each_request(start, server):
    """Host, method and status; no path, since it may hold what is about a person."""
    told = []

    class Told(Observer):
        kinds = frozenset({"egress"})

        def ended(self, span, token, seconds, error):
            told.append((span.name, span.plugin, span.facts))

    watcher = SimpleNamespace(register_observers=hookimpl(lambda: Told()), __doc__="Watches.")
    watcher.register_observers.__name__ = "register_observers"
    with start(("127.0.0.1", True), watcher=watcher).act(), get(Outgoing).client("shop") as client:
        client.get(f"{server.url}/people/tin")
    assert told == [("127.0.0.1", "shop", {"method": "GET", "status": 200})]


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("api.example.org", "api.example.org"),
        ("API.Example.org.", "api.example.org"),
        ("www.example.org", "*.example.org"),
        ("a.b.example.org", "*.example.org"),
        ("example.org", None),
        ("evilexample.org", None),
        ("api.example.org.evil.net", None),
    ],
)
def test_the_closest_declaration_counts(host, found):
    """The host itself, then the names below a domain; a domain does not cover itself."""
    purpose = Text("x", "x")
    got = matching(host, [Egress("*.example.org", purpose), Egress("api.example.org", purpose)])
    assert (got.host if got else None) == found


def test_a_star_is_any_host():
    """For webhooks, whose hosts people name."""
    assert matching("anything.example", [Egress("*", Text("webhooks", "webhooks"))]) is not None
