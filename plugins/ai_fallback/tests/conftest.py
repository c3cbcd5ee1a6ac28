"""Real endpoints on this machine that fail as they are told to, and labels to choose between."""

from __future__ import annotations

import json
import os
import socket
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from dihya_hookspecs.access import Actor
from dihya_hookspecs.ai import AIRequest, Assistant, Label

Behaviour = Callable[[BaseHTTPRequestHandler], None]


def send(handler: BaseHTTPRequestHandler, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
    """Answer with JSON, or with the bytes given."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(raw)), **(headers or {})}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(raw)


def answers(text: str, finish: str = "stop", **message: Any) -> Behaviour:
    """Answer with a chat completion."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text, **message}, "finish_reason": finish}
    usage = {"prompt_tokens": 11, "completion_tokens": 7}
    return lambda handler: send(handler, 200, {"model": "fake-large-2", "choices": [choice], "usage": usage})


def fails(status: int, code: str = "", **headers: str) -> Behaviour:
    """Answer with an error."""
    return lambda handler: send(
        handler,
        status,
        {"error": {"code": code, "message": code}},
        {k.replace("_", "-"): v for k, v in headers.items()},
    )


def resets(handler: BaseHTTPRequestHandler) -> None:
    """Cut the connection the hard way."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.rfile.close()


def truncates(handler: BaseHTTPRequestHandler) -> None:
    """Promise more than is sent."""
    send(handler, 200, b'{"choices": [', {"Content-Length": "5000"})
    handler.close_connection = True


def silent(handler: BaseHTTPRequestHandler) -> None:
    """Say nothing until the test ends."""
    handler.server.over.wait(10)  # type: ignore[attr-defined]
    handler.close_connection = True


def drips(handler: BaseHTTPRequestHandler) -> None:
    """Send a byte now and then: never idle, never done."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not handler.server.over.wait(0.05):  # type: ignore[attr-defined]
        try:
            handler.wfile.write(b" ")
        except OSError:
            break
    handler.close_connection = True


class Endpoint:
    """A fake provider: plays ``script`` one behaviour a request, and the last one again and again."""

    def __init__(self) -> None:
        self.script: list[Behaviour] = [answers("ok")]
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests.append(json.loads(body))
                outer.headers.append(dict(self.headers))
                outer.times.append(time.monotonic())
                step = outer.script.pop(0) if len(outer.script) > 1 else outer.script[0]
                step(self)

            def log_message(self, *arguments: Any) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, *arguments: Any) -> None:
                pass

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.server.over = threading.Event()  # type: ignore[attr-defined]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"

    def close(self) -> None:
        self.server.over.set()  # type: ignore[attr-defined]
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A fake provider."""
    made = Endpoint()
    yield made
    made.close()


@pytest.fixture
def second() -> Iterator[Endpoint]:
    """Another fake provider."""
    made = Endpoint()
    yield made
    made.close()


@pytest.fixture
def behaviour() -> Any:
    """The behaviours that a script is made of."""
    from types import SimpleNamespace

    return SimpleNamespace(
        answers=answers, fails=fails, resets=resets, truncates=truncates, silent=silent, drips=drips, send=send
    )


@pytest.fixture(scope="session")
def cache() -> str:
    """The folder with the real model, which the tests of ``models`` fill."""
    return os.environ.get("DIHYA_MODELS_CACHE") or os.path.join(tempfile.gettempdir(), "dihya-models")


LABELS = (
    Label(
        "sante",
        ("rendez-vous d'un médecin", "patient files of a dentist"),
        ("patient", "médecin", "clinique", "doctor"),
    ),
    Label("ecommerce", ("boutique en ligne", "sell clothes online"), ("boutique", "panier", "vendre", "shop", "cart")),
)


@pytest.fixture(scope="session")
def labels() -> tuple[Label, ...]:
    """Two labels with examples and words."""
    return LABELS


PERSON = Actor("p1", "Tin", frozenset({"user"}))
SCHEMA = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}


@pytest.fixture
def chain(make_app, endpoint, second):
    """Start an application whose chain has two endpoints, and return a function that asks it."""

    def start(one=None, two=None, models=None, plugins=None, **settings):
        providers = [
            {"name": "one", "url": endpoint.url, "model": "m1", "idle": 5, **(one or {})},
            {"name": "two", "url": second.url, "model": "m2", "idle": 5, **(two or {})},
        ]
        given = {"providers": providers, "embedded": False, **(models or {})}
        app = make_app(
            "models", "egress", "ai_fallback", config={"models": given, "ai_fallback": settings}, plugins=plugins
        )

        def ask(text="a club", **changes):
            request = {"capability": "structure", "schema": SCHEMA, "deadline": 4.0, "person": "p1", **changes}
            with app.act("test.ask", actor=PERSON) as act:
                return act.get(Assistant).ask(AIRequest("test", text=text, **request))

        return SimpleNamespace(app=app, ask=ask)

    return start
