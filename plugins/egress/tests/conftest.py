"""A plugin that calls a real server on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.net import Egress


class Handler(BaseHTTPRequestHandler):
    """Answers every GET, or leads elsewhere."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        target = self.server.leads.get(self.path)
        self.send_response(302 if target else 200)
        if target:
            self.send_header("Location", target)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Any]:
    """A server that notes what it is asked: ``asked``, and leads from a path elsewhere: ``leads``."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.asked, made.leads = [], {}
    made.url = f"http://127.0.0.1:{made.server_port}"
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def start(make_app: Any) -> Any:
    """Return a function that starts an application whose plugin ``shop`` declares hosts: (host, private) pairs."""

    def begin(*hosts: tuple[str, bool], more: tuple[str, ...] = (), **plugins: Any) -> Any:
        purpose = Text("exchange rates", "taux de change")

        def register_egress() -> list[Egress]:
            return [Egress(host, purpose, "FR", basis="scc", private=private) for host, private in hosts]

        shop = SimpleNamespace(register_egress=hookimpl(register_egress), __doc__="A shop.")
        return make_app("egress", *more, plugins={"shop": shop, **plugins})

    return begin
