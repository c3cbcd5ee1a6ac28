"""What people put together by hand around Flask, as its own documentation of each package shows it."""

from __future__ import annotations

import io
import os
import secrets
import sys
import time
from typing import Any

from flask import Flask, abort, g, jsonify, request

KEY = "k" * 32
ENVIRON = {
    "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": "/hello", "QUERY_STRING": "", "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": False,
    "wsgi.run_once": False, "HTTP_HOST": "127.0.0.1", "HTTP_ORIGIN": "https://a.example", "HTTP_ACCEPT_LANGUAGE": "fr,en;q=0.5",
    "HTTP_USER_AGENT": "bench", "CONTENT_LENGTH": "0", "CONTENT_TYPE": "",
}  # fmt: skip


def bare() -> Flask:
    """Flask with one view."""
    app = Flask("bare")

    @app.get("/hello")
    def hello() -> Any:
        return jsonify(message="hello", n=1)

    return app


def by_hand() -> tuple[Flask, str]:
    """The same view behind nine packages; the application and a token for it."""
    import jwt
    import structlog
    from flask_babel import Babel, get_locale
    from flask_compress import Compress
    from flask_cors import CORS
    from flask_limiter import Limiter
    from flask_limiter.util import get_remote_address
    from flask_talisman import Talisman
    from opentelemetry.instrumentation.flask import FlaskInstrumentor
    from opentelemetry.sdk.trace import TracerProvider
    from prometheus_flask_exporter import PrometheusMetrics

    app = bare()
    Talisman(app, force_https=False)
    Limiter(
        get_remote_address,
        app=app,
        default_limits=["1000000000 per hour"],
        storage_uri="memory://",
        headers_enabled=True,
    )
    CORS(app, origins=["https://a.example"])
    PrometheusMetrics(app)
    FlaskInstrumentor().instrument_app(app, tracer_provider=TracerProvider())
    lines = open(os.devnull, "w", buffering=1)  # noqa: SIM115 - as long as the process
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars, structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True), structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(lines),
    )  # fmt: skip
    log = structlog.get_logger()
    Compress(app)
    Babel(app, locale_selector=lambda: request.accept_languages.best_match(["fr", "en", "ar"]))

    @app.before_request
    def begin() -> None:
        g.began, g.request_id = time.perf_counter(), request.headers.get("X-Request-ID") or secrets.token_hex(8)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)
        g.language = str(get_locale())

    @app.before_request
    def identify() -> None:
        given = request.headers.get("Authorization", "")
        if not given.startswith("Bearer "):
            abort(401)
        g.claims = jwt.decode(given[7:], KEY, algorithms=["HS256"])

    @app.after_request
    def tell(response: Any) -> Any:
        log.info(
            "access", method=request.method, path=request.path, status=response.status_code, ip=request.remote_addr,
            ms=(time.perf_counter() - g.began) * 1e3, agent=str(request.user_agent),
        )  # fmt: skip
        response.headers["X-Request-ID"] = g.request_id
        return response

    return app, str(jwt.encode({"sub": "u1", "exp": 4102444800}, KEY, algorithm="HS256"))


def spent(app: Any, environ: dict[str, Any], batches: int = 12, batch: int = 200) -> float:
    """Return the microseconds of CPU that one request takes, the best of some batches."""

    def ask() -> None:
        said: list[str] = []
        answer = app({**environ, "wsgi.input": io.BytesIO()}, lambda status, headers, error=None: said.append(status))
        for _ in answer:
            pass
        if hasattr(answer, "close"):
            answer.close()
        assert said[0].startswith("200"), said

    for _ in range(batch):
        ask()
    best = float("inf")
    for _ in range(batches):
        began = time.process_time()
        for _ in range(batch):
            ask()
        best = min(best, (time.process_time() - began) / batch * 1e6)
    return best


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        print(spent(bare(), ENVIRON))
    else:
        application, token = by_hand()
        print(spent(application, {**ENVIRON, "HTTP_AUTHORIZATION": f"Bearer {token}"}))
