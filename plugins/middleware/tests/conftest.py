"""An application with middleware and a plugin that answers in all sorts of ways."""

from __future__ import annotations

from typing import Any

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.web import public


def page() -> Any:
    """A page with the nonce."""
    from dihya_hookspecs.web import NONCE
    from flask import render_template_string, request

    source = "<script nonce='{{ nonce }}'></script>" + "<p>text</p>" * 500
    return render_template_string(source, nonce=request.environ[NONCE])


def echo() -> Any:
    """Tells what arrived."""
    from flask import jsonify, request, url_for

    return jsonify(
        address=request.remote_addr, scheme=request.scheme, host=request.host, url=request.url, link=url_for("answers.page", _external=True), form=request.form,
        files={name: file.read().decode() for name, file in request.files.items()}, query=request.args,
        forwarded=sorted(name for name in dict(request.headers) if "forwarded" in name.lower()),
    )  # fmt: skip


def answer(kind: str) -> Any:
    """Answers as *kind* says."""
    from flask import Response

    long = "a" * 5000
    response = {
        "short": lambda: Response("short", mimetype="text/plain"),
        "json": lambda: Response(f'"{long}"', mimetype="application/json"),
        "image": lambda: Response(long, mimetype="image/png"),
        "stream": lambda: Response((part for part in [long]), mimetype="text/plain"),
        "events": lambda: Response((f"data: {part}\n\n" for part in "ab"), mimetype="text/event-stream"),
        "encoded": lambda: Response(long, mimetype="text/plain", headers={"Content-Encoding": "br"}),
        "cookie": lambda: Response(long, mimetype="text/plain", headers={"Set-Cookie": "a=b"}),
        "own": lambda: Response(long, mimetype="text/plain", headers={"Cache-Control": "max-age=5, no-transform"}),
        "csp": lambda: Response("x", mimetype="text/html", headers={"Content-Security-Policy": "sandbox"}),
        "etag": lambda: Response(long, mimetype="text/plain", headers={"ETag": '"v1"'}),
    }[kind]()
    return response


class answers:
    """The plugin."""

    @hookimpl
    def register_routes() -> Any:
        from flask import Blueprint

        blueprint = Blueprint("answers", __name__)
        blueprint.add_url_rule("/page", view_func=public("test")(page))
        blueprint.add_url_rule("/a/folder/", "folder", view_func=public("test")(page))
        blueprint.add_url_rule("/echo", view_func=public("test")(echo), methods=["GET", "POST"])
        blueprint.add_url_rule("/<kind>", view_func=public("test")(answer))
        return blueprint


@pytest.fixture
def web(make_app):
    """Return a function that starts the application with these settings and returns it."""

    def start(**settings: Any) -> Any:
        return make_app("middleware", config={"middleware": settings}, plugins={"answers": answers})

    return start
